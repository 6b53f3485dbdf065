using static Resift.AspNetCore.ServerSamples;

namespace Resift.AspNetCore;

/// <summary>How the paths of our own are asked, and what they answer.</summary>
internal static class ResiftSamples
{
    /// <summary>Creates the samples of rankings.</summary>
    public static DialectSamples Rankings() => new DialectSamples("resift-rerank")
    {
        Requests =
        [
            Json("""{"query":"how do I undo a commit","documents":["Use git revert.","Bake the bread."]}"""),
            Json("""
                {"query":["how do I undo a commit","bread"],
                 "documents":[{"id":"reset","text":"git reset takes back a commit"}],
                 "model":"bge-reranker-v2-m3","top_n":1,"scale":"probability","min_score":0.3,"truncation":"truncate",
                 "return_documents":true}
                """),
        ],
        Answers =
        [
            Json("""
                {"id":"0c9fbd5e","model":"resift-mini-v2","rankings":[{"query":"how do I undo a commit","scale":"probability",
                 "results":[{"rank":1,"index":0,"score":0.97}],"truncated":[],"milliseconds":9.5}],"usage":{"pairs":2,"tokens":20},
                 "milliseconds":9.9}
                """),
            Json("""
                {"id":"0c9fbd5e","model":"resift-mini-v2","rankings":[{"query":"bread","scale":"probability",
                 "results":[{"rank":1,"index":1,"score":0.97,"id":"reset","text":"git reset","unscored":true,
                 "window":{"start":0,"length":9}}],
                 "truncated":[{"index":1,"tokens_cut":12,"id":"reset"}],"milliseconds":9.5,"query_tokens_cut":3,"min_score_applied":true,
                 "degraded":true}],"usage":{"pairs":2,"tokens":20,"tokens_are_estimated":true,"cached_documents":1,"search_units":1,
                 "cost_in_dollars":0.002},"milliseconds":9.9}
                """),
        ],
    }.WithErrors(ResiftDialect.Instance, Enum.GetValues<ProblemKind>());

    /// <summary>Creates the samples of a search.</summary>
    public static DialectSamples Search() => new DialectSamples("resift-search")
    {
        Requests =
        [
            Json("""{"query":"how do I undo a commit"}"""),
            Json("""
                {"query":"how do I undo a commit","index":"docs","model":"bge-reranker-v2-m3","top_n":3,"candidates":3,"filter":["lang=en"],
                 "tier":"full","scale":"probability","min_score":0.3,"group_by_document":true,"first_stage_weight":0.4}
                """),
        ],
        Answers =
        [
            Json("""
                {"id":"0c9fbd5e","index":"docs","tier":"embedding","scale":"cosine","hits":[],"candidates":0,"reranked":0,
                 "milliseconds":{"total":40.5}}
                """),
            Json("""
                {"id":"0c9fbd5e","index":"docs","tier":"full","scale":"probability","hits":[{"rank":1,"document_id":"git.md",
                 "passage_id":"git.md#1","text":"Use git revert.","score":0.97,"scale":"probability","scored_by":"rerank","metadata":{},
                 "stages":[{"stage":"bm25","rank":1,"score":3.5,"scale":"unspecified"}]}],"candidates":20,"reranked":18,
                 "usage":{"pairs":18,"tokens":900},"milliseconds":{"rerank":30.5,"total":40.5}}
                """),
            Json("""
                {"id":"0c9fbd5e","index":"docs","tier":"full","scale":"probability","hits":[{"rank":1,"document_id":"git.md",
                 "passage_id":"git.md#1","text":"Use git revert.","score":0.97,"scale":"probability","scored_by":"rerank",
                 "first_stage_rank":4,"location":{"start":0,"length":15},"metadata":{"title":"Git"},"stages":[],
                 "other_passages":[{"passage_id":"git.md#2","text":"git reset","score":0.5,"scale":"probability",
                 "location":{"start":15,"length":9}}]}],"model":"resift-mini-v2","candidates":20,"reranked":18,"truncated_passages":1,
                 "query_tokens_cut":3,"min_score_applied":true,"degraded":true,"usage":{"pairs":18,"tokens":900,
                 "tokens_are_estimated":true,"cached_documents":1,"search_units":1,"cost_in_dollars":0.002},
                 "milliseconds":{"retrieve":9.5,"bm25":1.5,"dense":8.5,"fuse":0.5,"rerank":30.5,"select":0.5,"total":40.5}}
                """),
        ],
    }.WithErrors(ResiftDialect.Instance, Enum.GetValues<ProblemKind>());

    /// <summary>Creates the samples of what may be asked for.</summary>
    public static DialectSamples Info() => new DialectSamples("resift-info")
    {
        Answers = [Json("""{"rerankers":["resift-mini-v2"],"indexes":["docs"],"max_documents":10000}""")],
    }.WithErrors(ResiftDialect.Instance, ProblemsWithoutBody);
}
