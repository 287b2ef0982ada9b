"""All routes of an application, those of included routers too."""


def routes_of(routes):
    for route in routes:
        inner = getattr(route, "effective_candidates", None)
        if inner is not None:
            yield from routes_of(list(inner()))
        else:
            yield route
        yield from getattr(route, "effective_low_priority_routes", list)()
