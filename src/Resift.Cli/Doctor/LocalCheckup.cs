using System.Globalization;

namespace Resift.Cli;

/// <summary>Examines a model on this machine: its files, then its scores.</summary>
/// <param name="models">Opens it.</param>
/// <param name="model">Its name or folder.</param>
internal sealed class LocalCheckup(LocalModels models, string model)
{
    private readonly bool _isBundled = ModelFolder.Bundled.Contains(model);

    private readonly bool _rounds =
        models.Options is { Precision: LocalPrecision.Int8 } or { WeightType: not (null or LocalWeightType.Single) };

    public ScoreScale? Scale { get; private set; }

    public async Task<IReadOnlyList<CheckResult>> RunAsync(CancellationToken cancellationToken)
    {
        string folder;
        LocalModelInfo info;
        IReadOnlyList<string> unused;
        IReranker reranker;
        try
        {
            folder = models.Loader.FindFolder(model);
            info = models.Loader.ReadInfo(folder);
            if (info.Kind == LocalModelKind.Embedder && _isBundled)
            {
                return await EmbedderAsync(folder, info, cancellationToken);
            }

            if (info.Kind == LocalModelKind.Embedder)
            {
                return UpTo(
                    CheckResult.Ok(Checks.Model, Describe(info)),
                    CheckResult.Fail(
                        Checks.Head, "it is an embedder, which has no head that scores pairs; it ranks by the cosine of its vectors",
                        "Choose a cross-encoder to rerank with, and use this one for --embedder."));
            }

            unused = models.Loader.ReadUnusedTensors(folder);
            reranker = models.Loader.LoadReranker(folder, models.Options);
        }
        catch (Exception error) when (error is IOException or InvalidDataException or NotSupportedException)
        {
            return UpTo(CheckResult.Fail(
                Checks.Model, FailureDiagnosis.Line(error.Message),
                "Name a folder with config.json, model.safetensors and tokenizer files."));
        }

        Scale = info.ScoreScale;
        using (reranker)
        {
            var examination = new Examination(reranker, info.ScoreScale, isPointwise: true);
            IReadOnlyList<GoldenAnswer> answers;
            try
            {
                answers = await examination.AskAsync(cancellationToken);
            }
            catch (RerankerException error)
            {
                return UpTo(CheckResult.Fail(
                    Checks.Model, FailureDiagnosis.Line(error.Message), "The weights are broken: get them again."));
            }

            return
            [
                CheckResult.Ok(Checks.Model, Describe(info)),
                Weights(unused),
                .. await examination.LookAsync(answers, cancellationToken),
                .. await GoldenAsync(folder, info, reranker, cancellationToken),
            ];
        }
    }

    // What comes with the tool has values of its own, since its weights are others than those on the hub.
    private async Task<IReadOnlyList<CheckResult>> GoldenAsync(
        string folder, LocalModelInfo info, IReranker reranker, CancellationToken cancellationToken)
    {
        if (_rounds)
        {
            return [OtherNumbers()];
        }

        if (_isBundled)
        {
            return [await GoldenFile.CompareAsync(folder, info, reranker, cancellationToken)];
        }

        var pairs = ReferenceScores.Of(info.ModelId);
        return pairs is [] ? [] : [await ReferenceScores.CompareAsync(pairs, info, reranker, cancellationToken)];
    }

    private async Task<IReadOnlyList<CheckResult>> EmbedderAsync(string folder, LocalModelInfo info, CancellationToken cancellationToken)
    {
        using var embedder = models.OpenEmbedder(folder);
        return
        [
            CheckResult.Ok(Checks.Model, Describe(info)),
            Weights(models.Loader.ReadUnusedTensors(folder)),
            .. Checks.OfScores.Select(name => CheckResult.Skipped(name, "it is an embedder, which scores no pairs")),
            _rounds ? OtherNumbers() : await GoldenFile.CompareAsync(folder, embedder, cancellationToken),
        ];
    }

    private static CheckResult OtherNumbers() =>
        CheckResult.Skipped(Checks.Golden, "the values are those of the model as stored; look at it without --precision first");

    private static string Describe(LocalModelInfo info) => string.Create(
        CultureInfo.InvariantCulture, $"{info.ModelId} is {info.Architecture} and reads {info.MaxTokens} tokens");

    private static CheckResult Weights(IReadOnlyList<string> unused)
    {
        if (unused is [])
        {
            return CheckResult.Ok(Checks.Weights, "every stored tensor is read");
        }

        string found = string.Create(CultureInfo.InvariantCulture,
            $"{unused.Count} stored tensors are not read, such as {string.Join(", ", unused.Take(3))}");

        // The head of masked language modelling is a leftover of pre-training that many checkpoints carry along.
        return unused.All(name => name.StartsWith("cls.", StringComparison.Ordinal))
            ? CheckResult.Ok(Checks.Weights, $"{found}: leftovers of pre-training")
            : CheckResult.Fail(
                Checks.Weights, found,
                "A part of the model that was trained may not be computed: check \"architectures\" in its config.json.");
    }

    private static IReadOnlyList<CheckResult> UpTo(params CheckResult[] found)
    {
        string reason = $"'{found[^1].Name}' has to be right first";
        return
        [
            .. new[] { Checks.Model, Checks.Weights }.Concat(Checks.OfScores).Select(name =>
                found.FirstOrDefault(check => check.Name == name) ?? CheckResult.Skipped(name, reason)),
        ];
    }
}
