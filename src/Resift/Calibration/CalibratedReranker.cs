namespace Resift;

/// <summary>Turns the scores of a reranker into calibrated probabilities.</summary>
/// <remarks>
/// Logits are calibrated as they are, and probabilities as their logits. The order stays as the reranker gave it, also where the
/// calibration makes different scores equal. A degraded response is passed on untouched, since its scores are not those that the
/// calibration was fitted on.
/// </remarks>
public sealed class CalibratedReranker : DelegatingReranker
{
    private readonly ScoreCalibration _calibration;

    /// <summary>Wraps a reranker.</summary>
    /// <param name="innerReranker">The reranker that gets the calls; owned from now on.</param>
    /// <param name="calibration">A calibration fitted on scores of this reranker.</param>
    public CalibratedReranker(IReranker innerReranker, ScoreCalibration calibration)
        : base(innerReranker)
    {
        ArgumentNullException.ThrowIfNull(calibration);
        _calibration = calibration;
    }

    /// <inheritdoc />
    /// <exception cref="NotSupportedException">The reranker answers neither with logits nor with probabilities.</exception>
    public override async Task<RerankResponse> RerankAsync(
        string query,
        IReadOnlyList<string> documents,
        RerankOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        var metadata = InnerReranker.GetService<RerankerMetadata>();
        if (!metadata.IsDefaultModel(options))
        {
            throw new NotSupportedException($"The call names the model '{options!.ModelId}', and the calibration was fitted on scores of " +
                $"'{metadata?.DefaultModelId ?? "another"}'. Leave ModelId null, or give the other model a chain with a " +
                "calibration of its own.");
        }

        var response = await base.RerankAsync(query, documents, options, cancellationToken).ConfigureAwait(false);
        if (response.IsDegraded)
        {
            return response;
        }

        var scale = response.ScoreScale;
        return scale.CanConvertTo(ScoreScale.Logit)
            ? response.MapScores(score => _calibration.Calibrate(scale.Convert(score, ScoreScale.Logit)), ScoreScale.Probability)
            : throw new NotSupportedException($"Scores on the scale '{scale}' cannot be calibrated: a calibration takes logits or " +
                "probabilities. Put UseCalibration around a reranker that answers with these.");
    }

    /// <inheritdoc />
    public override object? GetService(Type serviceType, object? serviceKey = null)
    {
        object? service = base.GetService(serviceType, serviceKey);
        return (serviceKey, service) switch
        {
            (null, RerankerMetadata metadata) => metadata with { ScoreScale = ScoreScale.Probability },
            (null, ModelFingerprint fingerprint) => fingerprint.Derive($"calibrated by {_calibration.ToJson()}"),
            _ => service,
        };
    }
}

/// <content>Adds calibration to a chain of rerankers.</content>
public static partial class RerankerBuilderExtensions
{
    /// <summary>Turns scores into calibrated probabilities, for everything outside of this.</summary>
    /// <param name="builder">The chain.</param>
    /// <param name="calibration">A calibration fitted on scores of the reranker inside.</param>
    /// <returns>The builder.</returns>
    public static RerankerBuilder UseCalibration(this RerankerBuilder builder, ScoreCalibration calibration)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(calibration);
        return builder.Use(inner => new CalibratedReranker(inner, calibration));
    }
}
