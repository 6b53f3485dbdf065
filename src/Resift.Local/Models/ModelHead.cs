namespace Resift.Local.Models;

/// <summary>What a model can be used as, by the head that its weights have.</summary>
/// <param name="Kind">Its use.</param>
/// <param name="Labels">The number of its labels; 0 without a classification head.</param>
/// <param name="Words">The matrix that gives each word a logit, where they score pairs instead of a classification head; else null.</param>
internal readonly record struct ModelHead(LocalModelKind Kind, int Labels, DenseLayout? Words = null)
{
    private const string SequenceClassifier = "ForSequenceClassification";

    private static readonly string[] _languageModels = ["ForCausalLM", "ForConditionalGeneration", "WithLMHeadModel"];

    /// <summary>Gets a value indicating whether its score is told by the words that it would go on with.</summary>
    public bool AnswersInWords => Words is not null;

    /// <summary>Determines whether a model is one that goes on with a text, or answers it.</summary>
    public static bool IsLanguageModel(string className) =>
        _languageModels.Any(name => className.EndsWith(name, StringComparison.Ordinal));

    /// <summary>Finds the head, and checks that configuration and weights agree about it.</summary>
    public static ModelHead Detect(EncoderConfig config, WeightStore store)
    {
        if (IsLanguageModel(config.ClassName) && config.Architecture.WordsOf(config, store) is { } words
            && ModuleList.ReadOrNull(Path.GetDirectoryName(config.Source)!) is not { IsEmbedder: true })
        {
            return new(LocalModelKind.CrossEncoder, 1, words);
        }

        bool hasClassifier = store.Names.Any(name => name.StartsWith("classifier.", StringComparison.Ordinal));
        bool saysClassifier = config.ClassName.EndsWith(SequenceClassifier, StringComparison.Ordinal);
        if (!hasClassifier && !saysClassifier)
        {
            return new(LocalModelKind.Embedder, 0);
        }

        if (!saysClassifier && config.ClassName.Length > 0)
        {
            // A head for tokens or for multiple choice has the same tensors, and its numbers mean something else.
            throw new NotSupportedException($"{config.Source}: the architecture '{config.ClassName}' has a classifier that is not " +
                $"one of whole sequences; supported: architectures whose names end in {SequenceClassifier}, and models without a head.");
        }

        var stored = store.Require($"{config.Architecture.Head(config, labels: 1).Classifier.Name}.weight");
        int labels = stored.Entry.Shape is [var rows, _] && rows is > 0 and <= int.MaxValue
            ? (int)rows
            : throw new InvalidDataException($"{stored.Label} has the shape {stored.Entry.ShownShape}, expected [labels, " +
                $"{config.HiddenSize}].");
        if (config.Labels is { } named && named != labels)
        {
            throw new InvalidDataException(
                $"{stored.Label} is {stored.Entry.ShownShape}, but {config.Source} names {named} labels: they do not belong together.");
        }

        return new(labels == 1 ? LocalModelKind.CrossEncoder : LocalModelKind.Classifier, labels);
    }
}
