"""Token buckets, by a clock that the test turns."""

from isthmus.service.security.limits import RateLimiter


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_a_full_bucket_is_spent_and_fills_evenly():
    clock = Clock()
    limiter = RateLimiter(60, clock)
    assert [limiter.take("a").granted for _ in range(61)] == [True] * 60 + [False]
    clock.now = 0.5
    assert not limiter.take("a").granted
    clock.now = 1.0
    assert limiter.take("a").granted
    assert not limiter.take("a").granted


def test_it_never_holds_more_than_its_limit():
    clock = Clock()
    limiter = RateLimiter(3, clock)
    limiter.take("a")
    clock.now = 1e6
    assert [limiter.take("a").granted for _ in range(4)] == [True, True, True, False]


def test_each_has_a_bucket_of_their_own():
    limiter = RateLimiter(1, Clock())
    assert limiter.take("a").granted
    assert not limiter.take("a").granted
    assert limiter.take("b").granted


def test_who_waits_as_long_as_they_are_told_is_let_in():
    clock = Clock()
    limiter = RateLimiter(7, clock)
    while (refused := limiter.take("a")).granted:
        pass
    clock.now += float(refused.headers()["retry-after"])
    assert limiter.take("a").granted


def test_the_headers_tell_what_is_left():
    clock = Clock()
    limiter = RateLimiter(120, clock)
    first = limiter.take("a").headers()
    assert first == {"ratelimit-limit": "120, 120;w=60", "ratelimit-remaining": "119", "ratelimit-reset": "1"}
