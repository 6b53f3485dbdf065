namespace Resift.Local.Models;

/// <summary>A linear layer as it is stored.</summary>
/// <param name="Name">The name of its tensors up to <c>.weight</c>.</param>
/// <param name="Output">The field of the configuration that sizes its output, with its value.</param>
/// <param name="Input">The same of its input.</param>
internal sealed record DenseLayout(string Name, (string Field, int Size) Output, (string Field, int Size) Input)
{
    public IEnumerable<ExpectedTensor> Tensors => [new($"{Name}.weight", Output, Input), new($"{Name}.bias", Output)];
}

/// <summary>A layer normalisation as it is stored.</summary>
/// <param name="Name">The name of its tensors up to <c>.weight</c>.</param>
/// <param name="Width">The field of the configuration that sizes it, with its value.</param>
internal sealed record NormLayout(string Name, (string Field, int Size) Width)
{
    public IEnumerable<ExpectedTensor> Tensors => [new($"{Name}.weight", Width), new($"{Name}.bias", Width)];
}

/// <summary>What turns ids into the first hidden state: tables that are added up, normalised, and projected where sizes differ.</summary>
internal sealed record EmbeddingsLayout
{
    public required ExpectedTensor Words { get; init; }

    public ExpectedTensor? Positions { get; init; }

    public ExpectedTensor? Types { get; init; }

    public required NormLayout Norm { get; init; }

    public DenseLayout? Projection { get; init; }

    public IEnumerable<ExpectedTensor> Tensors =>
        [.. new[] { Words, Positions, Types }.OfType<ExpectedTensor>(), .. Norm.Tensors, .. Projection?.Tensors ?? []];
}

/// <summary>A transformer layer that normalises behind its two residuals.</summary>
internal sealed record LayerLayout
{
    public required DenseLayout Query { get; init; }

    public required DenseLayout Key { get; init; }

    public required DenseLayout Value { get; init; }

    public required DenseLayout AttentionOutput { get; init; }

    public required NormLayout AttentionNorm { get; init; }

    public required DenseLayout Up { get; init; }

    public required DenseLayout Down { get; init; }

    public required NormLayout OutputNorm { get; init; }

    public IEnumerable<ExpectedTensor> Tensors =>
    [
        .. new[] { Query, Key, Value, AttentionOutput, Up, Down }.SelectMany(dense => dense.Tensors),
        .. AttentionNorm.Tensors,
        .. OutputNorm.Tensors,
    ];
}

/// <summary>A classification head over the first token: a layer with an activation, and one with a row for each label.</summary>
internal sealed record HeadLayout(DenseLayout Dense, HiddenActivation Activation, DenseLayout Classifier)
{
    public IEnumerable<ExpectedTensor> Tensors => [.. Dense.Tensors, .. Classifier.Tensors];
}
