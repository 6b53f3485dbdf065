namespace Resift;

/// <content>Leaves out results that say nearly the same as a better one.</content>
/// <remarks>
/// Results are looked at from the best on, and one stays unless it is a near-duplicate of one that stays. So the best of each group is
/// kept, no two results that stay are near-duplicates, and a second call changes nothing. Works on every scale and for degraded responses,
/// since no score is read. Takes time proportional to the square of the number of results.
/// </remarks>
public static partial class RerankResponseExtensions
{
    /// <summary>Leaves out results whose embedding points where that of a better one does.</summary>
    /// <param name="response">The response.</param>
    /// <param name="embeddings">
    /// Gives a document's embedding by its index in the caller's list. A document whose embedding is empty or zero is no near-duplicate of
    /// any.
    /// </param>
    /// <param name="threshold">The cosine from which on two documents are near-duplicates, above 0 and up to 1.</param>
    /// <returns>The response without near-duplicates.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threshold"/> is not in (0, 1].</exception>
    /// <exception cref="ArgumentException">Embeddings have different lengths, or an element is not a finite number.</exception>
    public static RerankResponse WithoutNearDuplicates(
        this RerankResponse response, Func<int, ReadOnlyMemory<float>> embeddings, double threshold = 0.95)
    {
        ArgumentNullException.ThrowIfNull(response);
        ArgumentNullException.ThrowIfNull(embeddings);
        UnitInterval.ThrowIfOutsideOrZero(threshold);
        var set = new EmbeddingSet(response, embeddings);
        return KeepBestOfEach(response, (place, kept) => set.Cosine(place, kept) >= threshold);
    }

    /// <summary>Leaves out results whose text shares most of its word sequences with a better one.</summary>
    /// <remarks>
    /// Likeness is the resemblance of Broder ("On the resemblance and containment of documents", 1997): the Jaccard index of the sets of
    /// all runs of three words. Words are letters and digits without regard to case; each letter of a script without case, such as Chinese
    /// or Thai, is a word of its own. A text of fewer than three words is one run; two texts without any word are alike if they are equal.
    /// </remarks>
    /// <param name="response">The response.</param>
    /// <param name="documents">Gives a document's text by its index in the caller's list.</param>
    /// <param name="threshold">The Jaccard index from which on two documents are near-duplicates, above 0 and up to 1.</param>
    /// <returns>The response without near-duplicates.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threshold"/> is not in (0, 1].</exception>
    /// <exception cref="ArgumentException"><paramref name="documents"/> gave null.</exception>
    public static RerankResponse WithoutNearDuplicateTexts(
        this RerankResponse response, Func<int, string> documents, double threshold = 0.8)
    {
        ArgumentNullException.ThrowIfNull(response);
        ArgumentNullException.ThrowIfNull(documents);
        UnitInterval.ThrowIfOutsideOrZero(threshold);
        HashSet<string>[] shingles = [.. response.Results.Select(result => WordShingles.Create(documents(result.Index) ??
            throw new ArgumentException($"The text of document {result.Index} is null; a text was expected.", nameof(documents))))];
        return KeepBestOfEach(response, (place, kept) => WordShingles.Jaccard(shingles[place], shingles[kept]) >= threshold);
    }

    private static RerankResponse KeepBestOfEach(RerankResponse response, Func<int, int, bool> areAlike)
    {
        var kept = new List<int>();
        int place = -1;
        return response.Where(_ =>
        {
            place++;
            bool stays = !kept.Exists(better => areAlike(place, better));
            if (stays)
            {
                kept.Add(place);
            }

            return stays;
        });
    }
}
