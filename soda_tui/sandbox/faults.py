"""Faults that can be ordered: what can go wrong between a client and GitHub."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """A fault by name; `SLOW` and those below it strike when the change has been applied."""

    BAD_GATEWAY = "bad_gateway"
    GATEWAY_TIMEOUT = "gateway_timeout"
    VALIDATION_TIMEOUT = "validation_timeout"
    UNAUTHORIZED = "unauthorized"
    DROP_BEFORE = "drop_before"
    RATE_LIMITED = "rate_limited"
    RATE_LIMIT = "rate_limit"
    SECONDARY = "secondary"
    SECONDARY_RETRY = "secondary_retry"
    SECONDARY_MESSAGE = "secondary_message"
    SLOW = "slow"
    DROP_AFTER = "drop_after"
    BAD_GATEWAY_AFTER = "bad_gateway_after"
    TRUNCATED = "truncated"
    CUT = "cut"
    NOT_JSON = "not_json"
    NOT_GZIP = "not_gzip"
    RESOURCE_LIMITS = "resource_limits"
    RESOURCE_LIMITS_WITHIN = "resource_limits_within"


@dataclass(slots=True)
class Order:
    """A fault for the next `times` requests whose text contains `matching`, after `skip` of them went well."""

    fault: Fault
    times: int
    matching: str
    skip: int
    seconds: float


class Faults:
    """The orders that are still open, oldest first."""

    def __init__(self) -> None:
        self._orders: list[Order] = []
        self._lock = threading.Lock()

    def order(
        self, fault: Fault | str, *, times: int = 1, matching: str = "", skip: int = 0, seconds: float = 30.0
    ) -> None:
        """Order a fault; `seconds` is how slow `SLOW` is, and the `retry-after` of `SECONDARY_RETRY`.

        A request's text is its GraphQL document with its variables, `git SERVICE OWNER/NAME` for those of git, and
        `rest METHOD PATH` for those of REST, where whatever strikes is a secondary limit with its `retry-after`.
        """
        with self._lock:
            self._orders.append(Order(Fault(fault), times, matching, skip, seconds))

    @property
    def waiting(self) -> int:
        """How many orders have not run out."""
        return len(self._orders)

    def clear(self) -> None:
        """Cancel all orders."""
        with self._lock:
            self._orders.clear()

    def take(self, text: str) -> Order | None:
        """The fault that strikes this request, if one does."""
        with self._lock:
            for order in self._orders:
                if order.matching not in text or (not order.matching and text.startswith(("git ", "rest "))):
                    continue
                if order.skip:
                    order.skip -= 1
                    continue
                order.times -= 1
                if order.times <= 0:
                    self._orders.remove(order)
                return order
        return None
