namespace Resift.Local.Models;

/// <summary>A linear layer as it is stored, or some of its rows.</summary>
/// <param name="Name">The name of its tensors up to <c>.weight</c>.</param>
/// <param name="Output">The field of the configuration that sizes its output, with its value.</param>
/// <param name="Input">The same of its input.</param>
internal sealed record DenseLayout(string Name, (string Field, int Size) Output, (string Field, int Size) Input)
{
    public bool HasBias { get; init; } = true;

    /// <summary>Gets the first row that is meant, where several layers are stored as one.</summary>
    public int FirstRow { get; init; }

    /// <summary>Gets how many rows are meant.</summary>
    public int Rows { get; init; } = Output.Size;

    public IEnumerable<ExpectedTensor> Tensors =>
        HasBias ? [new($"{Name}.weight", Output, Input), new($"{Name}.bias", Output)] : [new($"{Name}.weight", Output, Input)];
}

/// <summary>A layer normalisation as it is stored.</summary>
/// <param name="Name">The name of its tensors up to <c>.weight</c>.</param>
/// <param name="Width">The field of the configuration that sizes it, with its value.</param>
internal sealed record NormLayout(string Name, (string Field, int Size) Width)
{
    public bool HasBias { get; init; } = true;

    /// <summary>Gets a value indicating whether it only divides by the root mean square (Zhang, Sennrich 2019).</summary>
    public bool IsRms { get; init; }

    public IEnumerable<ExpectedTensor> Tensors =>
        HasBias ? [new($"{Name}.weight", Width), new($"{Name}.bias", Width)] : [new($"{Name}.weight", Width)];
}

/// <summary>
/// What turns ids into the first hidden state: tables that are added up, normalised or not, and projected where sizes differ.
/// </summary>
internal sealed record EmbeddingsLayout
{
    public required ExpectedTensor Words { get; init; }

    public ExpectedTensor? Positions { get; init; }

    public ExpectedTensor? Types { get; init; }

    public required NormLayout? Norm { get; init; }

    public DenseLayout? Projection { get; init; }

    public IEnumerable<ExpectedTensor> Tensors =>
        [.. new[] { Words, Positions, Types }.OfType<ExpectedTensor>(), .. Norm?.Tensors ?? [], .. Projection?.Tensors ?? []];
}

/// <summary>A transformer layer: attention and a feed-forward part, each with a residual and a normalisation.</summary>
internal sealed record LayerLayout
{
    /// <summary>
    /// Gets a value indicating whether the normalisations are those of each part's input, and the residual goes around them; else they are
    /// those of the sum of part and residual.
    /// </summary>
    public bool NormsFirst { get; init; }

    public required DenseLayout Query { get; init; }

    public required DenseLayout Key { get; init; }

    public required DenseLayout Value { get; init; }

    public required DenseLayout AttentionOutput { get; init; }

    /// <summary>Gets the normalisation of attention; null for none, as in the first of layers that norm first.</summary>
    public required NormLayout? AttentionNorm { get; init; }

    public required DenseLayout Up { get; init; }

    /// <summary>Gets what the activated <see cref="Up"/> is multiplied with; null for nothing.</summary>
    public DenseLayout? Gate { get; init; }

    public required DenseLayout Down { get; init; }

    public required NormLayout FeedForwardNorm { get; init; }

    /// <summary>Gets the base of the angles by which queries and keys are rotated; null for no rotation.</summary>
    public float? RotaryBase { get; init; }

    /// <summary>Gets what scores are divided by; null for the root of a head's size.</summary>
    public double? ScoreDivisor { get; init; }

    /// <summary>Gets how tokens are compared with relative positions; null for not at all.</summary>
    public RelativeLayout? Relative { get; init; }

    /// <summary>Gets how far a token sees to each side; null for no limit.</summary>
    public int? Window { get; init; }

    /// <summary>Gets a value indicating whether a token sees none of those behind it.</summary>
    public bool IsCausal { get; init; }

    /// <summary>Gets the normalisation of each head of the queries; null for none.</summary>
    public NormLayout? QueryNorm { get; init; }

    /// <summary>Gets the normalisation of each head of the keys; null for none.</summary>
    public NormLayout? KeyNorm { get; init; }

    public IEnumerable<ExpectedTensor> Tensors =>
        new[] { Query, Key, Value, AttentionOutput, Up, Gate, Down, Relative?.Key, Relative?.Query }.OfType<DenseLayout>()
        .SelectMany(dense => dense.Tensors)
        .DistinctBy(tensor => tensor.Name)
        .Concat(AttentionNorm?.Tensors ?? [])
        .Concat(FeedForwardNorm.Tensors)
        .Concat(QueryNorm?.Tensors ?? [])
        .Concat(KeyNorm?.Tensors ?? []);
}

/// <summary>The projections of relative positions in a layer, which may be those of the words.</summary>
/// <param name="Key">What makes keys of them, for the queries of the words; null for none.</param>
/// <param name="Query">What makes queries of them, for the keys of the words; null for none.</param>
internal sealed record RelativeLayout(DenseLayout? Key, DenseLayout? Query);

/// <summary>The relative positions that the layers share.</summary>
/// <param name="Table">A row for each.</param>
/// <param name="Norm">The normalisation of the rows; null for none.</param>
/// <param name="RowOf">
/// The row of a distance, which is the query's position less the key's; it does not fall where the distance rises.
/// </param>
internal sealed record RelativePositionsLayout(ExpectedTensor Table, NormLayout? Norm, Func<int, int> RowOf);

/// <summary>A head: a layer with an activation or none, a normalisation or none, and a layer with a row for each score.</summary>
internal sealed record HeadLayout(DenseLayout? Dense, HiddenActivation Activation, DenseLayout Classifier)
{
    /// <summary>Gets more rows behind those of the classifier; null for none.</summary>
    public DenseLayout? Against { get; init; }

    /// <summary>
    /// Gets the row whose logarithm of the odds against all others is the score; null where each row is a score.
    /// </summary>
    public int? Relevant { get; init; }

    public NormLayout? Norm { get; init; }

    /// <summary>Gets the head whose score is by how much one word is likelier than another: the logarithm of the odds.</summary>
    public static HeadLayout OfWords(DenseLayout words, int likelier, int other) =>
        OfLastToken(words with { FirstRow = likelier, Rows = 1 }) with
        {
            Against = words with { FirstRow = other, Rows = 1 },
            Relevant = 0,
        };

    /// <summary>Gets the head that multiplies the last token's hidden state, and nothing else.</summary>
    public static HeadLayout OfLastToken(DenseLayout classifier) => new(null, HiddenActivation.Tanh, classifier) { Pooling = Pooling.Last };

    /// <summary>Gets what of the tokens it reads.</summary>
    public Pooling Pooling { get; init; } = Pooling.Cls;

    public IEnumerable<ExpectedTensor> Tensors => [.. Dense?.Tensors ?? [], .. Norm?.Tensors ?? [], .. Classifier.Tensors];
}
