using Resift.Local.Configuration;

namespace Resift.Local.Models;

/// <summary>What <c>config_sentence_transformers.json</c> says about how a model is used.</summary>
/// <param name="HeadScale">The scale of a cross-encoder's scores; null where the file leaves it to <c>config.json</c>.</param>
/// <param name="Prompts">What an embedder wants before a text; the default one instructs a cross-encoder that follows instructions.</param>
internal sealed record SentenceTransformersConfig(ScoreScale? HeadScale, EmbeddingPrompts Prompts)
{
    public const string FileName = "config_sentence_transformers.json";

    /// <summary>Reads it; where the folder has no such file, it says nothing.</summary>
    /// <exception cref="InvalidDataException">The file is corrupt.</exception>
    /// <exception cref="NotSupportedException">A field asks for something that is not done here.</exception>
    /// <param name="folder">The model's folder.</param>
    /// <param name="kind">What the model is used as.</param>
    /// <param name="followsInstructions">Whether a cross-encoder is told by what to judge.</param>
    public static SentenceTransformersConfig Load(string folder, LocalModelKind kind, bool followsInstructions)
    {
        var nothing = new SentenceTransformersConfig(null, EmbeddingPrompts.None);
        if (kind == LocalModelKind.Classifier || ModelFolder.Find(folder, FileName) is not { } path)
        {
            return nothing;
        }

        var json = ConfigFile.ReadObject(path);
        ThrowUnlessOfType(json, kind == LocalModelKind.CrossEncoder ? "CrossEncoder" : "SentenceTransformer");
        var prompts = EmbeddingPrompts.Read(json);
        if (kind == LocalModelKind.Embedder)
        {
            EmbeddingPrompts.ThrowUnlessComparedByCosine(json);
            return nothing with { Prompts = prompts };
        }

        return prompts.Default.Length == 0 || followsInstructions
            ? new(HeadActivation.ScaleOrNull(json, "activation_fn"), prompts)
            : throw new NotSupportedException($"{path}: {EmbeddingPrompts.DefaultField} puts '{prompts.Default}' before every pair, " +
                "which is not supported for cross-encoders; choose a model without a prompt.");
    }

    private static void ThrowUnlessOfType(ConfigObject json, string expected)
    {
        if (json.TextOrNull("model_type") is { } type && type != expected)
        {
            throw new NotSupportedException($"{json.Source}: model_type is '{type}', but the weights are those of a {expected}; " +
                "supported: SentenceTransformer without a classification head, CrossEncoder with one.");
        }
    }
}
