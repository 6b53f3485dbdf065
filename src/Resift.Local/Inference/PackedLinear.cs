using Resift.Local.Models;

namespace Resift.Local.Inference;

/// <summary>
/// A linear layer y = x Wᵀ + b with its weights in the order in which <see cref="MicroKernel{TMath, TNumber, TVector}"/> reads them: panels
/// of two vectors' width, each with one row per input. Output columns beyond the last are zero.
/// </summary>
/// <remarks>
/// Weights that are not single-precision numbers are multiplied with <see cref="Scales"/>: a panel is widened before a block of rows is
/// multiplied with it, and stays in the cache for that long.
/// </remarks>
internal sealed unsafe class PackedLinear : IDisposable
{
    private readonly NativeBuffer _panels;
    private readonly NativeBuffer _bias;
    private readonly NativeBuffer? _scales;
    private readonly int _paddedInputs;
    private readonly int _elementSize;

    private PackedLinear(int inputs, int outputs, int panelWidth, WeightFormat format)
    {
        Inputs = inputs;
        Outputs = outputs;
        PanelWidth = panelWidth;
        Format = format;
        PaddedOutputs = Align(outputs, panelWidth);
        _paddedInputs = Align(inputs, 4);
        _elementSize = format switch
        {
            WeightFormat.Single => sizeof(float),
            WeightFormat.BFloat16 or WeightFormat.Half => sizeof(ushort),
            _ => sizeof(sbyte),
        };
        _panels = new(NativeBuffer.Floats((long)PaddedOutputs * _paddedInputs * _elementSize));
        _bias = new(PaddedOutputs);
        _scales = format == WeightFormat.Single ? null : new(PaddedOutputs);
    }

    public int Inputs { get; }

    public int Outputs { get; }

    public int PanelWidth { get; }

    public int PaddedOutputs { get; }

    public WeightFormat Format { get; }

    /// <summary>Gets a value indicating whether the weights are multiplied as integers, with rows that are quantised.</summary>
    public bool IsInteger => Together > 1;

    /// <summary>Gets how many inputs' weights lie side by side for each output.</summary>
    public int Together => Format switch
    {
        WeightFormat.Int8Pairs => 2,
        WeightFormat.Int8Quads or WeightFormat.Int8SignedQuads => 4,
        _ => 1,
    };

    /// <summary>Gets a value indicating whether the columns' scales differ from 1.</summary>
    public bool IsScaled { get; private set; }

    public float* Bias => _bias.Pointer;

    /// <summary>Gets what the weights of each output are multiplied with; null for single-precision weights.</summary>
    public float* Scales => _scales is null ? null : _scales.Pointer;

    /// <summary>Packs a layer of the store as single-precision numbers.</summary>
    public static PackedLinear Pack(int panelWidth, WeightStore weights, DenseLayout layout) => Pack(panelWidth, Part(weights, layout));

    /// <summary>Packs one or several layers with the same input side by side, as single-precision numbers.</summary>
    public static PackedLinear Pack(int panelWidth, params ReadOnlySpan<LinearPart> parts) =>
        Pack(panelWidth, new WeightChoice(LocalWeightType.Single, Integers: false), parts);

    /// <summary>Packs a layer of the store.</summary>
    public static PackedLinear Pack(int panelWidth, WeightChoice choice, WeightStore weights, DenseLayout layout) =>
        Pack(panelWidth, choice, Part(weights, layout));

    /// <summary>Gets a layer of the store as a part to be packed beside others.</summary>
    public static LinearPart Part(WeightStore weights, DenseLayout layout, float factor = 1) => new(
        weights.Get($"{layout.Name}.weight", layout.Output.Size, layout.Input.Size),
        layout.HasBias ? weights.Get($"{layout.Name}.bias", layout.Output.Size) : null,
        layout.FirstRow,
        layout.Rows,
        factor);

    /// <summary>Packs one or several layers with the same input side by side.</summary>
    /// <param name="panelWidth">The width of a panel in outputs.</param>
    /// <param name="choice">What weights are kept as.</param>
    /// <param name="parts">The layers.</param>
    public static PackedLinear Pack(int panelWidth, WeightChoice choice, params ReadOnlySpan<LinearPart> parts)
    {
        int outputs = 0;
        foreach (var part in parts)
        {
            outputs += part.Rows;
        }

        var packed = new PackedLinear(parts[0].Weight.Columns, outputs, panelWidth, choice.FormatOf(parts, panelWidth));
        float[] row = new float[packed.Inputs];
        int column = 0;
        foreach (var (weight, bias, firstRow, rows, factor) in parts)
        {
            bias?.ToArray().AsSpan(firstRow, rows).CopyTo(packed._bias.Span(column, rows));
            for (int i = 0; i < rows; i++, column++)
            {
                packed._bias.Pointer[column] *= factor;
                packed.WriteColumn(column, weight, firstRow + i, row, factor);
            }
        }

        return packed;
    }

    /// <summary>
    /// Gets a panel from an input on, which is a multiple of four: a row of <see cref="PanelWidth"/> numbers for each input.
    /// </summary>
    public void* Panel(int index, int firstInput) =>
        (byte*)_panels.Pointer + ((((long)index * _paddedInputs) + firstInput) * PanelWidth * _elementSize);

    public void Dispose()
    {
        _panels.Dispose();
        _bias.Dispose();
        _scales?.Dispose();
    }

    public static int Align(int value, int multiple) => (value + multiple - 1) / multiple * multiple;

    private void WriteColumn(int column, WeightTensor weight, int row, float[] values, float factor)
    {
        void* panel = Panel(column / PanelWidth, 0);
        int first = column % PanelWidth;
        if (Format is WeightFormat.Int8 || IsInteger)
        {
            sbyte[] quantised = new sbyte[values.Length];
            SetScale(column, factor * weight.ReadInt8Row(row, quantised));
            int together = Together, offset = Format == WeightFormat.Int8Quads ? Quads256.Offset : 0;
            for (int k = 0; k < quantised.Length; k++)
            {
                ((byte*)panel)[((nint)(k / together) * together * PanelWidth) + (together * first) + (k % together)] =
                    (byte)(quantised[k] + offset);
            }

            return;
        }

        weight.ReadRow(row, values);
        if (Format == WeightFormat.Single)
        {
            for (int k = 0; k < values.Length; k++)
            {
                ((float*)panel)[((nint)k * PanelWidth) + first] = values[k] * factor;
            }

            return;
        }

        SetScale(column, factor);
        ushort[] narrow = new ushort[values.Length];
        Narrowing.To(Format == WeightFormat.Half, values, narrow, weight.Label);
        for (int k = 0; k < narrow.Length; k++)
        {
            ((ushort*)panel)[((nint)k * PanelWidth) + first] = narrow[k];
        }
    }

    private void SetScale(int column, float scale)
    {
        Scales[column] = scale;
        IsScaled |= scale != 1;
    }
}

/// <summary>A linear layer, or some of its rows, to be packed beside others.</summary>
/// <param name="Weight">Weights [outputs, inputs].</param>
/// <param name="Bias">A bias for each output; null for none.</param>
/// <param name="FirstRow">The first output that is taken.</param>
/// <param name="Rows">How many are.</param>
/// <param name="Factor">What weights and bias are multiplied with, such as attention's 1/√d.</param>
internal readonly record struct LinearPart(WeightTensor Weight, WeightTensor? Bias, int FirstRow, int Rows, float Factor);
