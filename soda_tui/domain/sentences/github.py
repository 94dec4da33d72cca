"""What is said when GitHub says no."""

from soda_tui.domain.sentences.sentence import Sentence

GITHUB_NO_TOKEN = Sentence(
    "There is no token for {host}, so nothing can be read or changed there. "
    "Set GH_TOKEN (GH_ENTERPRISE_TOKEN for a server of your own), or run: gh auth login --hostname {host}"
)
GITHUB_TOKEN_REFUSED = Sentence(
    "{host} refused the token, which is wrong, expired or revoked; nothing can be read or changed there. {remedy}"
)
GITHUB_ACCOUNT_REFUSED = Sentence(
    "{host} refused the token of the account {account}, which is wrong, expired or revoked; nothing is done as it. "
    "Make a new one for its token_command to print."
)
GITHUB_TOKEN_COMMAND = Sentence(
    "The token_command of {host} gave no token ({reason}), so nothing can be read or changed there. "
    "Run it by hand, and correct it in the configuration."
)
GITHUB_TOKEN_MALFORMED = Sentence(
    "The token for {host} from {source} is not one word of plain characters, so it was not sent. "
    "Set it again, without spaces, quotes and line breaks."
)
GITHUB_TOKEN_EXPIRES = Sentence(
    "Your token for {host} {expires}; from then on nothing can be read there, and agents at work can hand nothing "
    "over. {remedy}"
)
GITHUB_ACCOUNT_EXPIRES = Sentence(
    "The token of the account {account} on {host} {expires}; from then on nothing is done as it, and agents at work "
    "can hand nothing over. Make a new one for its token_command to print."
)
TOKEN_FROM_COMMAND = Sentence("Make a new one for the token_command of {host} to print.")
TOKEN_FROM_GH = Sentence("Run: gh auth login --hostname {host}")
TOKEN_FROM_VARIABLE = Sentence("Make a new one, set {variable} to it, and start soda-tui anew.")
TOKEN_FROM_SOMEWHERE = Sentence("Make a new one in the place of this one.")
GITHUB_CERTIFICATE = Sentence(
    "The certificates in {file} cannot be used ({reason}), so GitHub was not asked. "
    "Correct certificate of the host in the configuration: a file in PEM format."
)
GITHUB_ENDPOINT_MALFORMED = Sentence(
    "The API address {url} for {host} cannot be used ({reason}), so nothing was asked there. "
    "Correct api_url in the configuration, or GITHUB_API_URL."
)
GITHUB_ENDPOINT_WRONG = Sentence(
    "{host} has no GitHub GraphQL API at {url} (HTTP {status}), so nothing can be read there. "
    "Correct api_url in the configuration, or GITHUB_API_URL."
)
GITHUB_MOVED = Sentence(
    "{host} says that its API is at {place} by now (HTTP {status}). A token goes nowhere that you have not named, so "
    "nothing is asked there. Where you trust that place, name it as api_url in the configuration."
)
GITHUB_NOT_FOUND = Sentence(
    "{subject} does not exist on {host}, or your token may not see it; it cannot be read until that is mended. "
    "Check the name, and that the token has access to it."
)
GITHUB_NAME_TAKEN = Sentence(
    "{name} as it was enrolled is gone from {host} or renamed, and another repository has its name now, so nothing is "
    "read or done there. End what runs of soda-tui, run `soda-tui unenroll {name}`, and enrol the one that you mean."
)
GITHUB_FORBIDDEN = Sentence('{host} does not let your token {deed} ("{answer}"). Give the token {permission} there.')
GITHUB_FIELD_FORBIDDEN = Sentence(
    "{host} does not show {what} of {subject} to your token, so that is missing here; all else is complete. "
    "Give the token {permission} if you want to see it."
)
GITHUB_SAML = Sentence(
    "Authorise your token for single sign-on at {url} and do the same again: "
    "the organization of {subject} asks for that, and it cannot be read before."
)
GITHUB_RATE_LIMIT = Sentence(
    "The hourly budget of your account on {host} is used up, so nothing is asked until {until}. "
    "Wait until then; nothing is lost meanwhile."
)
GITHUB_SECONDARY_LIMIT = Sentence(
    "{host} asks us to slow down, so nothing is asked until {until}. Wait until then; nothing is lost meanwhile."
)
GITHUB_RESTS = Sentence(
    "{host} has failed {count:time} in a row, so it is left alone until {until}; refreshing by hand asks at once. What "
    "is shown is from before, and nothing is lost. The last time: {cause}"
)
GITHUB_UNREACHABLE = Sentence(
    "{host} cannot be reached ({reason}), so nothing new is known from there. "
    "Check the network, then do the same again."
)
GITHUB_UNTRUSTED = Sentence(
    "{host} shows a certificate that nothing here vouches for ({reason}), so nothing was asked and no token was sent. "
    "Where it is your company's own: soda-tui config set hosts.{host}.certificate FILE"
)
GITHUB_PROXY = Sentence(
    "The proxy or the certificates that the environment names cannot be used ({reason}), so GitHub was not asked. "
    "Correct HTTPS_PROXY, ALL_PROXY or SSL_CERT_FILE."
)
GITHUB_SILENT = Sentence(
    "No request to {host} got an answer within {seconds:second}, so nothing new is known from there. "
    "Do the same again later."
)
GITHUB_TOO_SLOW = Sentence(
    "{host} gave no answer within {seconds:second}, so nothing new is known from there. Do the same again later."
)
GITHUB_BROKEN = Sentence(
    "{host} could not answer (HTTP {status}), so nothing new is known from there. "
    "Do the same again later; www.githubstatus.com tells whether it is down."
)
GITHUB_GAVE_UP = Sentence(
    '{host} broke off its answer about {subject} ("{answer}"), so it would be incomplete. Do the same again later.'
)
GITHUB_BAD_ANSWER = Sentence(
    "{host} sent an answer that cannot be understood ({reason}), so it was not used. "
    "Do the same again; a proxy in between may be the cause."
)
GITHUB_NOT_UNDERSTOOD = Sentence(
    '{host} did not accept what it was asked about {subject}: "{answer}". Nothing was read or changed by that.'
)
GITHUB_REFUSED = Sentence('{host} refused the change: "{answer}". The rest of the work is unharmed.')
GITHUB_OUTCOME_UNKNOWN = Sentence(
    "{host} broke off while it was making a change, so it is not known whether that was made. "
    "It is read again before anything else; running the command again does no harm."
)
LATE = Sentence("It should have been read again by now and was not, so this may be otherwise. Refresh it to read it.")
LATE_SCARCE = Sentence(
    "Hardly any API points of {host} are left, so it is read seldom, and this may be otherwise by now. "
    "There are points again at {until}; whatever acts reads it anew first."
)
POINTS_LEFT = Sentence("{host}: {remaining} of {limit} API points are left until {until}.")
POINTS_OUTLOOK = Sentence(
    "Until then the cockpit needs some {forecast} more; it has used {own}, and all else that has your token, commands "
    "of soda-tui and agents as well, {others}. Each repository is looked at every {every}."
)
