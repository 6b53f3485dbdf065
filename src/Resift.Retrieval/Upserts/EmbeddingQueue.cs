using Microsoft.Extensions.AI;

namespace Resift.Retrieval;

/// <summary>Passages that wait for their vectors, and the calls of bounded size that give them these.</summary>
/// <param name="model">Embeds them.</param>
/// <param name="template">Makes their texts.</param>
internal sealed class EmbeddingQueue(EmbeddingModel model, PassageTemplate template)
{
    // Enough for an embedder that runs here to fill its threads, and well below what services take in one call.
    private const int MaxTexts = 128;
    private const int MaxTokens = 16_384;

    private readonly List<(PendingPassage Passage, int Tokens)> _waiting = [];
    private long _tokens;

    public int Count => _waiting.Count;

    /// <summary>Gets a value indicating whether there is enough for a call.</summary>
    public bool IsFull => _waiting.Count >= MaxTexts || _tokens >= MaxTokens;

    /// <summary>Gets what embedding has consumed so far; null if nobody told.</summary>
    public UsageDetails? Usage { get; private set; }

    /// <summary>Adds the passages that have no vector yet.</summary>
    public void Add(IEnumerable<PendingPassage> passages)
    {
        foreach (var passage in passages.Where(passage => passage.Vector.IsEmpty))
        {
            int tokens = model.CountTokens(passage.EmbeddedText);
            _waiting.Add((passage, tokens));
            _tokens += tokens;
        }
    }

    /// <summary>Embeds all that wait.</summary>
    /// <returns>How many of them the embedder did not read to their ends.</returns>
    public async Task<int> EmbedAsync(CancellationToken cancellationToken)
    {
        int truncated = 0;
        for (int start = 0; start < _waiting.Count;)
        {
            int count = CountOfCall(start);
            var call = _waiting.GetRange(start, count);
            var embeddings = await model.EmbedAsync(
                [.. call.Select(item => item.Passage.Passage)],
                [.. call.Select(item => item.Passage.EmbeddedText)],
                template,
                cancellationToken).ConfigureAwait(false);
            for (int i = 0; i < count; i++)
            {
                _waiting[start + i].Passage.Vector = embeddings[i].Vector;
                truncated += embeddings[i].GetTruncatedTokens() > 0 ? 1 : 0;
            }

            if (embeddings.Usage is { } usage)
            {
                (Usage ??= new()).Add(usage);
            }

            start += count;
        }

        _waiting.Clear();
        _tokens = 0;
        return truncated;
    }

    private int CountOfCall(int start)
    {
        int count = 1;
        long tokens = _waiting[start].Tokens;
        while (start + count < _waiting.Count && count < MaxTexts && tokens + _waiting[start + count].Tokens <= MaxTokens)
        {
            tokens += _waiting[start + count].Tokens;
            count++;
        }

        return count;
    }
}
