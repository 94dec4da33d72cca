"""What is said of the service that works queues unattended."""

from soda_tui.domain.sentences.sentence import Sentence

SERVICE_ASK = Sentence(
    "Write this to {file}, start it now and at every login, and let agents work the queues of {repositories}?"
)
SERVICE_INSTALLED = Sentence("The service works the queues of {repositories} from now on, by {file}.")
SERVICE_LINGER = Sentence("It ends with your last login. For it to run without one, say once: loginctl enable-linger")
SERVICE_ALREADY = Sentence("The service is installed as it would be now ({file}), so nothing was changed.")
SERVICE_ASK_REMOVE = Sentence("Stop the service, and remove {file}? Agents at work go on.")
SERVICE_REMOVED = Sentence(
    "The service is gone, and {file} with it. Agents at work go on, and so do loops that are on, in an open cockpit; "
    "soda-tui auto --off REPO ends one."
)
SERVICE_NONE = Sentence("There is no service: {file} is not there. Run: soda-tui service install")
SERVICE_NO_MANAGER = Sentence(
    "There is no {program} here, so no service can be installed and nothing was changed. "
    "Run soda-tui auto --stay by what starts programs on this machine."
)
SERVICE_NO_TOKEN = Sentence(
    "A service does not have the variables of your shell, and without them there is no token for {host}, so nothing "
    "was changed. Run gh auth login, or: soda-tui config set hosts.{host}.token_command -- PROGRAM WORD"
)
SERVICE_LOGIN = Sentence(
    "{name} has a log-in in it, which no service may hold, and without it the service would ask another GitHub; so "
    "nothing was changed. Take the log-in out of the address; tokens come from gh or from token_command."
)
SERVICE_LEAVES_OUT = Sentence(
    "The service does not get these variables of your shell: {names}. What it needs of them must stand in the "
    "configuration (soda-tui config set), or where git, gh and the agent find it without a shell."
)
SERVICE_PATH = Sentence(
    "A path has characters that no unit can hold ({word}), so nothing was changed. Install soda-tui elsewhere."
)
SERVICE_FAILED = Sentence(
    "{command} did not do it ({reason}). {file} is there: mend what is said, then run soda-tui service install again."
)
SERVICE_NOT_REMOVED = Sentence("{command} did not do it ({reason}), so nothing was removed.")
SERVICE_STANDS = Sentence("{state}: {file}")
SERVICE_STOPPED = Sentence(
    "No agent is started: {path} stops all agents of this machine. Lift it with soda-tui resume."
)
SERVICE_LOG = Sentence("What it says: {command}")
