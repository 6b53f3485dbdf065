using System.Globalization;

namespace Resift;

/// <summary>Sets options of every call that goes inward.</summary>
internal sealed class OptionsReranker(IReranker innerReranker, Action<RerankOptions> configure) : DelegatingReranker(innerReranker)
{
    public override Task<RerankResponse> RerankAsync(
        string query,
        IReadOnlyList<string> documents,
        RerankOptions? options = null,
        CancellationToken cancellationToken = default) =>
        base.RerankAsync(query, documents, Configured(options), cancellationToken);

    // What a call without options of its own comes to: another model is another model, of which less is known.
    public override object? GetService(Type serviceType, object? serviceKey = null)
    {
        object? service = base.GetService(serviceType, serviceKey);
        if (serviceKey is not null || service is not (RerankerMetadata or ModelFingerprint))
        {
            return service;
        }

        var options = Configured(null);
        var metadata = InnerReranker.GetService<RerankerMetadata>();
        return (service, metadata.IsDefaultModel(options)) switch
        {
            (RerankerMetadata known, true) => known,
            (RerankerMetadata known, false) => new RerankerMetadata(known.ProviderName)
            {
                ProviderUri = known.ProviderUri,
                DefaultModelId = options.ModelId,
            },
            (ModelFingerprint known, true) when options.AdditionalProperties is null or { Count: 0 } => known.Derive(string.Join(
                '\n',
                "options",
                options.Instruction,
                options.Truncation,
                options.MaxTokensPerDocument?.ToString(CultureInfo.InvariantCulture),
                options.TopN?.ToString(CultureInfo.InvariantCulture))),
            _ => null,
        };
    }

    private RerankOptions Configured(RerankOptions? options)
    {
        var own = options?.Clone() ?? new();
        configure(own);
        return own;
    }
}

/// <content>Options.</content>
public static partial class RerankerBuilderExtensions
{
    /// <summary>Sets options of every call that goes further inward, such as a default for <see cref="RerankOptions.TopN"/>.</summary>
    /// <param name="builder">The chain.</param>
    /// <param name="configure">
    /// Changes a copy of the call's options: <c>options =&gt; options.TopN ??= 10</c> for a default, <c>options.TopN = 10</c> for good. It
    /// must do the same every time, and be safe for concurrent use.
    /// </param>
    /// <returns>The same builder.</returns>
    /// <remarks>
    /// Put it outside of a cache, whose keys have the options that come in. Metadata are those of the model that it names.
    /// </remarks>
    public static RerankerBuilder UseOptions(this RerankerBuilder builder, Action<RerankOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        return builder.Use(inner => new OptionsReranker(inner, configure));
    }
}
