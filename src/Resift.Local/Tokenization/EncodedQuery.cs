namespace Resift.Local.Tokenization;

/// <summary>A query that is encoded once for all its documents.</summary>
/// <param name="Ids">Its ids without special tokens, as many as a pair could hold.</param>
/// <param name="TokenCount">How many tokens it has.</param>
internal readonly record struct EncodedQuery(int[] Ids, int TokenCount);
