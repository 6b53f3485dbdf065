namespace Resift.Cli;

/// <summary>How the ranked documents of one query are written.</summary>
internal enum RerankFormat
{
    Table,
    Json,
    Jsonl,
    Trec,
}
