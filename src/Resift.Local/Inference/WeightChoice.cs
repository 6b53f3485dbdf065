namespace Resift.Local.Inference;

/// <summary>How weights are kept: as which numbers, and for which arithmetic.</summary>
/// <param name="Type">What weights are kept as; null for what their file has.</param>
/// <param name="Integers">Whether int8 weights are multiplied as integers; else they are widened first.</param>
internal readonly record struct WeightChoice(LocalWeightType? Type, bool Integers)
{
    /// <summary>
    /// Gets a value indicating whether integers are multiplied four at a time; null where the hardware and the kernels have it.
    /// </summary>
    public bool? Quads { get; init; }

    /// <summary>Gets the arithmetic that a model with some stored weights runs with.</summary>
    public LocalPrecision PrecisionOf(LocalWeightType stored) =>
        Integers && Kept(stored) == LocalWeightType.Int8 ? LocalPrecision.Int8 : LocalPrecision.Single;

    /// <summary>Gets what stored weights are kept as.</summary>
    public LocalWeightType Kept(LocalWeightType stored) => (Type, stored, Integers) switch
    {
        // Widened int8 weights would be slower than single ones, and save memory that nobody asked to save.
        (null, LocalWeightType.Int8, false) => LocalWeightType.Single,
        var (type, _, _) => type ?? stored,
    };

    /// <summary>Gets what the options choose.</summary>
    /// <exception cref="ArgumentException">They contradict each other.</exception>
    public static WeightChoice Of(LocalModelOptions options) => (options.Precision, options.WeightType) switch
    {
        (LocalPrecision.Int8, null or LocalWeightType.Int8) => new(LocalWeightType.Int8, Integers: true),
        (LocalPrecision.Int8, var type) => throw new ArgumentException(
            $"{nameof(options.Precision)} {LocalPrecision.Int8} multiplies int8 weights, but {nameof(options.WeightType)} is {type}; " +
            $"leave {nameof(options.WeightType)} null, or choose another {nameof(options.Precision)}.", nameof(options)),
        (_, var type) => new(type, Integers: false),
    };

    /// <summary>Gets what a layer of some parts is packed as.</summary>
    /// <param name="parts">The parts.</param>
    /// <param name="panelWidth">The width of a panel.</param>
    public WeightFormat FormatOf(ReadOnlySpan<LinearPart> parts, int panelWidth)
    {
        var type = Kept(parts[0].Weight.Type);
        foreach (var part in parts)
        {
            // Side by side there is one format: the one that loses nothing of any part.
            type = Kept(part.Weight.Type) == type ? type : LocalWeightType.Single;
        }

        return type switch
        {
            LocalWeightType.Single => WeightFormat.Single,
            LocalWeightType.BFloat16 => WeightFormat.BFloat16,
            LocalWeightType.Half => WeightFormat.Half,
            _ when !Integers => WeightFormat.Int8,
            _ when panelWidth == Quads512.PanelWidth && (Quads ?? Quads512.IsSupported) => WeightFormat.Int8Quads,
            _ when panelWidth == Quads256.PanelWidth && (Quads ?? Quads256.IsSupported) => WeightFormat.Int8Quads,
            _ when panelWidth == Quads128.PanelWidth && (Quads ?? Quads128.IsSupported) => WeightFormat.Int8SignedQuads,
            _ => WeightFormat.Int8Pairs,
        };
    }
}

/// <summary>The numbers of a packed layer, and their order in a row of a panel.</summary>
internal enum WeightFormat
{
    Single,
    BFloat16,
    Half,
    Int8,

    /// <summary>Int8 that stay integers: those of two inputs lie side by side for each output.</summary>
    Int8Pairs,

    /// <summary>The same, those of four inputs, made unsigned.</summary>
    Int8Quads,

    /// <summary>The same, as they are.</summary>
    Int8SignedQuads,
}
