using Resift.Local.Configuration;

namespace Resift.Local.Models;

/// <summary>Reads what sentence-transformers puts behind the head of a cross-encoder: the name of a PyTorch class.</summary>
internal static class HeadActivation
{
    /// <summary>Gets what a one-label head's score is after the activation that <c>config.json</c> asks for.</summary>
    /// <remarks>
    /// The names are those of sentence-transformers: <c>sentence_transformers.activation_fn</c> since its version 4, one field of its own
    /// before. Without either, its cross-encoders take the sigmoid of a single label, which is a probability. Newer versions name it in
    /// <see cref="SentenceTransformersConfig"/>, which goes first.
    /// </remarks>
    public static ScoreScale ScaleOf(ConfigObject json, ScoreScale otherwise) =>
        (json.ObjectOrNull("sentence_transformers") is { } current ? ScaleOrNull(current, "activation_fn") : null) ??
        ScaleOrNull(json, "sbert_ce_default_activation_function") ?? otherwise;

    /// <summary>Gets what a one-label head's score is after the activation that a field names; null where it names none.</summary>
    /// <exception cref="NotSupportedException">It names another than the sigmoid and the identity of PyTorch.</exception>
    public static ScoreScale? ScaleOrNull(ConfigObject json, string field)
    {
        string? function = json.TextOrNull(field);
        bool isOfTorch = function?.StartsWith("torch.", StringComparison.Ordinal) ?? true;
        return function?.Split('.')[^1] switch
        {
            null => null,
            "Sigmoid" when isOfTorch => ScoreScale.Probability,
            "Identity" when isOfTorch => ScoreScale.Logit,
            _ => throw new NotSupportedException($"{json.Source}: the head's activation '{function}' ({field}) is not supported; " +
                "supported: torch.nn.modules.activation.Sigmoid, torch.nn.modules.linear.Identity."),
        };
    }
}
