using Resift.Local.Configuration;

namespace Resift.Local.Models;

/// <summary>The folder of a static embedder (model2vec), opened: its configuration read and checked, its weights mapped.</summary>
internal sealed class StaticModel : IOpenedModel
{
    private const string ModelType = "model2vec";
    private const string Table = "embeddings";
    private const string Rows = "mapping";
    private const string Weighting = "weights";

    // What model2vec reads where the file does not say.
    private const int DefaultMaxTokens = 512;

    private StaticModel(string folder, ConfigObject json, WeightStore weights)
    {
        Weights = weights;
        Normalizes = json.Flag("normalize");
        var table = weights.Require(Table);
        if (table.Entry.Shape is not [> 0 and <= int.MaxValue, > 0 and <= int.MaxValue])
        {
            throw new InvalidDataException($"{table.Label} has the shape {table.Entry.ShownShape}, expected [rows, dimensions].");
        }

        var prompts = SentenceTransformersConfig.Load(folder, LocalModelKind.Embedder, followsInstructions: false).Prompts;
        Info = new()
        {
            ModelId = new DirectoryInfo(folder).Name,
            Architecture = json.TextsOrNull("architectures") is [var first, ..] ? first : "StaticModel",
            Kind = LocalModelKind.Embedder,
            Labels = 0,
            ScoreScale = ScoreScale.Cosine,
            MaxTokens = json.PositiveOrNull("max_length") ?? DefaultMaxTokens,
            Layers = 0,
            HiddenSize = (int)table.Entry.Shape[1],
            Parameters = weights.Parameters,
            Storage = weights.Storage,
            WeightType = weights.Type,
            License = ModelCard.ReadLicense(folder),
            QueryPrompt = prompts.Query,
            DocumentPrompt = prompts.Document,
            DefaultPrompt = prompts.Default,
        };
    }

    public LocalModelInfo Info { get; }

    public WeightStore Weights { get; }

    public IEnumerable<string> TensorNames => [Table, Rows, Weighting];

    /// <summary>Gets a value indicating whether vectors are scaled to the length 1.</summary>
    public bool Normalizes { get; }

    /// <summary>Determines whether a folder holds a static embedder.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">The configuration is missing.</exception>
    /// <exception cref="InvalidDataException">The configuration is corrupt.</exception>
    public static bool IsIn(string folder) =>
        ConfigFile.ReadObject(ModelFolder.Require(folder, EncoderConfig.FileName)).TextOrNull("model_type") == ModelType;

    /// <summary>Opens a folder.</summary>
    /// <exception cref="FileNotFoundException">The configuration or the weights are missing.</exception>
    /// <exception cref="InvalidDataException">A file is corrupt, or two of them contradict each other.</exception>
    public static StaticModel Open(string folder)
    {
        var json = ConfigFile.ReadObject(ModelFolder.Require(folder, EncoderConfig.FileName));
        var weights = WeightStore.Open(folder);
        try
        {
            return new(folder, json, weights);
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <summary>Reads the table of vectors, and each token's row and weight; null where the row is the id, or all weigh 1.</summary>
    /// <param name="tokens">How many tokens the tokenizer has.</param>
    /// <exception cref="InvalidDataException">There are more or fewer rows than tokens, or a row that is not there.</exception>
    public (WeightTensor Table, int[]? Rows, float[]? Weights) ReadWeights(int tokens)
    {
        var table = Weights.Require(Table);
        int rows = (int)table.Entry.Shape[0];
        double[]? mapping = Weights.Contains(Rows) ? Weights.ReadNumbers(Rows, tokens) : null;
        if (mapping is null && rows != tokens)
        {
            throw new InvalidDataException($"{table.Label} has {rows} rows, but the tokenizer has {tokens} tokens: they do not belong " +
                "together. Copy both from one source.");
        }

        int wrong = Array.FindIndex(mapping ?? [], row => row is not >= 0 || row >= rows || row != Math.Truncate(row));
        return wrong < 0
            ? (
                Weights.Get(Table, rows, Info.HiddenSize),
                mapping is null ? null : Array.ConvertAll(mapping, row => (int)row),
                Weights.Contains(Weighting) ? Array.ConvertAll(Weights.ReadNumbers(Weighting, tokens), weight => (float)weight) : null)
            : throw new InvalidDataException(
                $"{Weights.Label(Rows)} gives the token {wrong} the row {mapping![wrong]}; expected one of the {rows} rows of '{Table}'.");
    }

    public void Dispose() => Weights.Dispose();
}
