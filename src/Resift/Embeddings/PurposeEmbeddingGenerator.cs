using Microsoft.Extensions.AI;

namespace Resift;

/// <summary>Turns the purpose of a call into what a service wants, and keeps the key itself from the service.</summary>
internal sealed class PurposeEmbeddingGenerator(
    IEmbeddingGenerator<string, Embedding<float>> innerGenerator,
    Action<EmbeddingGenerationOptions, EmbeddingPurpose> translate,
    Func<EmbeddingPurpose, string> prefix) : DelegatingEmbeddingGenerator<string, Embedding<float>>(innerGenerator)
{
    public override Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (options.GetPurpose() is not { } purpose)
        {
            return base.GenerateAsync(values, options, cancellationToken);
        }

        options = options!.Clone();
        options.SetPurpose(null);
        translate(options, purpose);
        string before = prefix(purpose);
        return base.GenerateAsync(before.Length == 0 ? values : values.Select(text => before + text), options, cancellationToken);
    }
}

/// <summary>Teaches an embedding generator of a service what <see cref="EmbeddingPurpose"/> means there.</summary>
/// <remarks>
/// Calls that name no purpose go through as they are. The callers' own options are not changed, and the service does not see
/// <see cref="EmbeddingProperties.PurposeKey"/>. In a chain of embedding generators they stand inside a cache, so that the cache tells
/// a query from a document: <c>builder.UseDistributedCache(…).Use(inner => inner.WithPurpose(…))</c>.
/// </remarks>
public static class PurposeEmbeddingGeneratorExtensions
{
    /// <summary>Says the purpose in the options of a call, such as by <c>input_type</c>.</summary>
    /// <param name="generator">The generator that asks the service; owned from now on.</param>
    /// <param name="translate">
    /// Changes a copy of the options, such as an additional property or the raw representation; must be safe for concurrent use.
    /// </param>
    /// <returns>The generator that understands purposes.</returns>
    public static IEmbeddingGenerator<string, Embedding<float>> WithPurpose(
        this IEmbeddingGenerator<string, Embedding<float>> generator, Action<EmbeddingGenerationOptions, EmbeddingPurpose> translate)
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(translate);
        return new PurposeEmbeddingGenerator(generator, translate, _ => "");
    }

    /// <summary>Says the purpose by what stands before the text, such as <c>query: </c>.</summary>
    /// <param name="generator">The generator that asks the service; owned from now on.</param>
    /// <param name="query">What stands before a query, with the blank at its end if there is one; empty for nothing.</param>
    /// <param name="document">What stands before a document; empty for nothing.</param>
    /// <returns>The generator that understands purposes.</returns>
    public static IEmbeddingGenerator<string, Embedding<float>> WithPrefixes(
        this IEmbeddingGenerator<string, Embedding<float>> generator, string query, string document)
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(document);
        return new PurposeEmbeddingGenerator(generator, (_, _) => { }, purpose => purpose == EmbeddingPurpose.Query ? query : document);
    }
}
