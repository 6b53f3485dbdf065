using Resift.Local.Configuration;

namespace Resift.Local.Models;

/// <summary>What <c>config.json</c> says about a model, under the same names for every architecture.</summary>
/// <remarks>
/// Fields that decide the size of a tensor must be there. Others have the default that transformers gives the architecture.
/// </remarks>
internal record EncoderConfig
{
    public const string FileName = "config.json";

    /// <summary>Gets the file that it was read from.</summary>
    public required string Source { get; init; }

    public required Architecture Architecture { get; init; }

    /// <summary>Gets the first of <c>architectures</c>, or an empty text.</summary>
    public required string ClassName { get; init; }

    public required int VocabularySize { get; init; }

    public required int HiddenSize { get; init; }

    /// <summary>Gets the width of the embedding tables; a projection to <see cref="HiddenSize"/> follows where they differ.</summary>
    public required int EmbeddingSize { get; init; }

    public required int Layers { get; init; }

    public required int Heads { get; init; }

    /// <summary>Gets how many numbers a head has.</summary>
    public required int HeadSize { get; init; }

    /// <summary>Gets how many heads keys and values have; each serves as many heads of the queries.</summary>
    public required int KeyHeads { get; init; }

    public required int IntermediateSize { get; init; }

    /// <summary>Gets the number of positions that it states: the rows of the table, where there is one.</summary>
    public required int Positions { get; init; }

    /// <summary>
    /// Gets the id of padding where positions depend on it: they begin behind that number, and padding has that position itself. Null
    /// where a token's position is its index.
    /// </summary>
    public int? PositionPadding { get; init; }

    /// <summary>Gets the rows of the table of token types; 0 where there is none.</summary>
    public int TypeVocabularySize { get; init; }

    /// <summary>Gets a value indicating whether query and document have different token types.</summary>
    public bool TellsSegmentsApart { get; init; }

    public required float LayerNormEpsilon { get; init; }

    public required HiddenActivation Activation { get; init; }

    /// <summary>Gets the number of labels that it names; null where it names none.</summary>
    public required int? Labels { get; init; }

    /// <summary>Gets the names of labels by their number, as far as it states any.</summary>
    public IReadOnlyDictionary<int, string> LabelNames { get; init; } = new Dictionary<int, string>();

    /// <summary>Gets what a one-label head's score is after the activation that this file asks for, which another may override.</summary>
    public required ScoreScale HeadScale { get; init; }

    /// <summary>Gets with how many tokens models of the family are usually run, of those they have positions for; null for all.</summary>
    public int? CustomaryLimit { get; init; }

    /// <summary>Gets how many tokens have a position.</summary>
    public int MaxPositions => Positions - (PositionPadding + 1 ?? 0);

    /// <summary>Gets the fields that size a tensor, with their values.</summary>
    public (string Field, int Size) HiddenAxis => (Architecture.Keys.HiddenSize, HiddenSize);

    public (string Field, int Size) IntermediateAxis => (Architecture.Keys.IntermediateSize, IntermediateSize);

    public static EncoderConfig Load(string folder)
    {
        var json = ConfigFile.ReadObject(ModelFolder.Require(folder, FileName));
        return Architecture.Of(json).Read(json);
    }

    /// <summary>Gets all tensors that the scores or vectors of a model are computed from.</summary>
    public IEnumerable<ExpectedTensor> Tensors(ModelHead head) =>
    [
        .. Architecture.Embeddings(this).Tensors,
        .. Enumerable.Range(0, Layers).SelectMany(layer => Architecture.Layer(this, layer).Tensors),
        .. Architecture.FinalNorm(this)?.Tensors ?? [],
        .. Architecture.Shared(this),
        .. head switch
        {
            { Kind: LocalModelKind.Embedder } => [],
            { Words: { } words } => [.. words.Tensors, .. Architecture.Decoder(this)?.Tensors ?? []],
            _ => Architecture.Head(this, head.Labels).Tensors,
        },
    ];
}
