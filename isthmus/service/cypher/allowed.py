"""The lists: what a query may call, name and do. What is not on a list is refused, so that nothing new slips in."""

from __future__ import annotations

from isthmus.graph.vocabulary import Category

PROCEDURES = frozenset({"db.index.fulltext.querynodes"})

# Nothing that makes a value much longer than what it is given (replace, lpad), that walks a list in ways that cannot be
# counted (reduce), that reads a clock or chance, or that belongs to a plug-in.
FUNCTIONS = frozenset(
    {"count", "collect", "sum", "avg", "min", "max", "stdev", "stdevp", "percentilecont", "percentiledisc"}
    | {"coalesce", "nullif", "size", "length", "head", "last", "tail", "reverse", "isempty", "range", "keys"}
    | {"elementid", "labels", "type", "properties", "startnode", "endnode", "nodes", "relationships"}
    | {"tointeger", "tofloat", "tostring", "toboolean", "tointegerornull", "tofloatornull", "tostringornull"}
    | {"trim", "ltrim", "rtrim", "toupper", "tolower", "substring", "left", "right", "split"}
    | {"abs", "ceil", "floor", "round", "sign", "sqrt", "log", "log10", "exp"}
    | {"all", "any", "none", "single", "exists", "shortestpath", "allshortestpaths"}
)

# Words of the language after which a bracket opens a pattern or an expression.
WORDS_BEFORE_BRACKET = frozenset(
    {
        "match",
        "where",
        "with",
        "return",
        "unwind",
        "call",
        "and",
        "or",
        "xor",
        "not",
        "in",
        "then",
        "when",
        "else",
        "by",
    }
    | {"case", "distinct", "shortest", "trail", "walk", "with", "is", "skip", "limit", "on", "yield", "contains", "as"}
)

FORBIDDEN_WORDS = frozenset(
    {"create", "merge", "delete", "detach", "nodetach", "set", "remove", "foreach", "insert", "load", "csv", "periodic"}
    | {
        "use",
        "show",
        "terminate",
        "transactions",
        "drop",
        "alter",
        "grant",
        "deny",
        "revoke",
        "rename",
        "start",
        "stop",
    }
    | {"enable", "dryrun", "deallocate", "reallocate", "explain", "profile", "cypher", "using", "runtime", "planner"}
)

# What the store keeps for itself: keys of the service, the addresses of alerts, what reviewers have said (which others
# must not see before they have judged).
PRIVATE_LABELS = frozenset({"entry", "change", "graph", "migration", "verdict"})

LABELS = frozenset({"Entity", "Statement", "Evidence", "Document", "Reading", *(each.value for each in Category)})

# As the server names them, without what stands in brackets. No AllNodesScan and no look-up by the server's own ids: these
# reach nodes of any label, and those that the store keeps for itself have no relationships to be reached by.
OPERATORS = frozenset(
    {"ProduceResults", "Projection", "Filter", "Limit", "Skip", "ExhaustiveLimit", "Distinct", "OrderedDistinct"}
    | {"Sort", "PartialSort", "Top", "PartialTop", "Eager", "EagerAggregation", "OrderedAggregation", "Argument"}
    | {"Apply", "SemiApply", "AntiSemiApply", "SelectOrSemiApply", "SelectOrAntiSemiApply", "LetSemiApply"}
    | {"LetAntiSemiApply", "LetSelectOrSemiApply", "LetSelectOrAntiSemiApply", "RollUpApply", "ConditionalApply"}
    | {"AntiConditionalApply", "CartesianProduct", "NodeHashJoin", "ValueHashJoin", "ValueMergeJoin", "Union"}
    | {"NodeLeftOuterHashJoin", "NodeRightOuterHashJoin", "LeftOuterHashJoin", "RightOuterHashJoin", "OrderedUnion"}
    | {"Optional", "Expand", "OptionalExpand", "VarLengthExpand", "BFSPruningVarExpand", "PruningVarExpand"}
    | {"ShortestPath", "AllShortestPaths", "StatefulShortestPath", "Repeat", "BidirectionalRepeat", "ProjectEndpoints"}
    | {"CacheProperties", "Unwind", "EmptyRow", "AssertSameNode", "AssertSameRelationship", "PreserveOrder"}
    | {"NodeByLabelScan", "UnionNodeByLabelsScan", "IntersectionNodeByLabelsScan", "NodeCountFromCountStore"}
    | {"NodeIndexSeek", "NodeUniqueIndexSeek", "NodeIndexScan", "NodeIndexContainsScan", "NodeIndexEndsWithScan"}
    | {"NodeIndexSeekByRange", "NodeUniqueIndexSeekByRange", "MultiNodeIndexSeek", "RelationshipCountFromCountStore"}
    | {"DirectedRelationshipTypeScan", "UndirectedRelationshipTypeScan", "DirectedAllRelationshipsScan"}
    | {"UndirectedAllRelationshipsScan", "DirectedUnionRelationshipTypesScan", "UndirectedUnionRelationshipTypesScan"}
    | {"TriadicSelection", "TriadicBuild", "TriadicFilter", "ProcedureCall"}
)
