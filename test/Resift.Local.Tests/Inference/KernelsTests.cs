using System.Reflection;
using Resift.Local.Inference;
using Resift.Local.Models;
using static Resift.Local.Tests.Inference.ReferenceMath;

namespace Resift.Local.Tests.Inference;

/// <summary>The kernels of every width against plain loops in double precision.</summary>
[Trait("Engine", "Parity")]
public sealed unsafe class KernelsTests
{
    private static readonly int[] _lengths = [1, 2, 6, 31, 33, 65];
    private static readonly (int Inputs, int Outputs)[] _sizes = [(48, 48), (48, 50), (7, 3), (31, 65), (702, 33)];

    public static TheoryData<int, int, int, int> LinearCases => new(
        from bits in EngineRun.Widths from size in _sizes from rows in _lengths select (bits, rows, size.Inputs, size.Outputs));

    public static TheoryData<int, int, int> AttentionCases => new(
        from bits in EngineRun.Widths from heads in (int[])[4, 1] from length in _lengths select (bits, heads, length));

    public static TheoryData<int, string> Activations => new(
        from bits in EngineRun.Widths from activation in Enum.GetNames<HiddenActivation>() select (bits, activation));

    public static TheoryData<int> Widths => new(EngineRun.Widths);

    [Theory]
    [MemberData(nameof(LinearCases))]
    public void Linear_Rows_EqualReference(int bits, int rows, int inputs, int outputs)
    {
        var kernels = Kernels.For(bits);
        using var layers = new PackedTestLayers(inputs, outputs, kernels.PanelWidth);
        using var x = Values.Buffer(rows, inputs, kernels.PanelWidth, 1);
        using var y = new RowBuffer(rows, outputs, kernels.PanelWidth);

        kernels.Linear(new(x.Row(0), x.Stride), rows, layers.Linear, y.Row(0), y.Stride);

        for (int i = 0; i < rows; i++)
        {
            Values.AssertClose(Linear(Values.Row(x, i, 0, inputs), layers.Weight, layers.Bias), Values.Row(y, i, 0, outputs));
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Linear_MoreInputsThanAPartHas_IsOneChainOfAdditions(int bits)
    {
        const int Rows = 7, Inputs = 4000, Outputs = 33, Step = 4;
        var kernels = Kernels.For(bits);
        using var layers = new PackedTestLayers(Inputs, Outputs, kernels.PanelWidth);
        using var x = Values.Buffer(Rows, Inputs, kernels.PanelWidth, 1);
        using var whole = new RowBuffer(Rows, Outputs, kernels.PanelWidth);
        using var added = new RowBuffer(Rows, Outputs, kernels.PanelWidth);

        kernels.Linear(new(x.Row(0), x.Stride), Rows, layers.Linear, whole.Row(0), whole.Stride);
        for (int i = 0; i < Rows; i++)
        {
            new ReadOnlySpan<float>(layers.Linear.Bias, Outputs).CopyTo(new(added.Row(i), Outputs));
        }

        for (int k = 0; k < Inputs; k += Step)
        {
            kernels.Accumulate(new(x.Row(0) + k, x.Stride), Rows, layers.Linear, k, Step, added.Row(0), added.Stride);
        }

        for (int i = 0; i < Rows; i++)
        {
            Assert.Equal(Values.Row(added, i, 0, Outputs), Values.Row(whole, i, 0, Outputs));
        }
    }

    [Theory]
    [MemberData(nameof(Activations))]
    public void LinearActivated_SomeOutputs_EqualReference(int bits, string name)
    {
        // From an output that is not the first; a multiple of the widest panel, as the blocks of the engine are.
        const int Rows = 7, Inputs = 48, Outputs = 90, First = 32;
        var activation = Enum.Parse<HiddenActivation>(name);
        var kernels = Kernels.For(bits);
        using var layers = new PackedTestLayers(Inputs, Outputs, kernels.PanelWidth);
        using var x = Values.Buffer(Rows, Inputs, kernels.PanelWidth, 1, spread: 3);
        using var y = new RowBuffer(Rows, Outputs - First, kernels.PanelWidth);

        kernels.LinearActivated(new(x.Row(0), x.Stride), Rows, layers.Linear, First, Outputs - First, activation, y.Row(0), y.Stride);

        for (int i = 0; i < Rows; i++)
        {
            double[] all = Linear(Values.Row(x, i, 0, Inputs), layers.Weight, layers.Bias);
            Values.AssertClose([.. all[First..].Select(value => Activate(activation, value))], Values.Row(y, i, 0, Outputs - First));
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Accumulate_InputsInTwoParts_AddTheWholeProductWithoutBias(int bits)
    {
        const int Rows = 33, Inputs = 50, Outputs = 48, First = 32;
        var kernels = Kernels.For(bits);
        using var layers = new PackedTestLayers(Inputs, Outputs, kernels.PanelWidth);
        using var x = Values.Buffer(Rows, Inputs, kernels.PanelWidth, 1);
        using var y = Values.Buffer(Rows, Outputs, kernels.PanelWidth, 2);
        double[][] before = Values.Rows(y, Rows, 0, Outputs);

        kernels.Accumulate(new(x.Row(0), x.Stride), Rows, layers.Linear, 0, First, y.Row(0), y.Stride);
        kernels.Accumulate(new(x.Row(0) + First, x.Stride), Rows, layers.Linear, First, Inputs - First, y.Row(0), y.Stride);

        for (int i = 0; i < Rows; i++)
        {
            double[] product = Linear(Values.Row(x, i, 0, Inputs), layers.Weight, new float[Outputs]);
            Values.AssertClose(Add(before[i], product), Values.Row(y, i, 0, Outputs));
        }
    }

    [Theory]
    [MemberData(nameof(LinearCases))]
    public void LayerNorm_OfASum_EqualsReference(int bits, int rows, int inputs, int width)
    {
        var kernels = Kernels.For(bits);
        using var layers = new PackedTestLayers(inputs, width, kernels.PanelWidth);
        using var x = Values.Buffer(rows, width, kernels.PanelWidth, 1, spread: 10);
        using var y = new RowBuffer(rows, width, kernels.PanelWidth);
        double[] bias = [.. layers.Bias.Select(value => (double)value)];
        double[][] before = Values.Rows(x, rows, 0, width);

        kernels.LayerNorm(x.Row(0), x.Stride, rows, layers.Linear.Bias, layers.Norm, y.Row(0));

        for (int i = 0; i < rows; i++)
        {
            Values.AssertClose(LayerNorm(Add(before[i], bias), layers.Gain, layers.Bias), Values.Row(y, i, 0, width));
        }
    }

    [Theory]
    [MemberData(nameof(AttentionCases))]
    public void Attention_AllQueriesOrTheFirst_EqualsReference(int bits, int heads, int length)
    {
        const int Size = 48;
        var kernels = Kernels.For(bits);
        var shape = new AttentionShape(heads, Size / heads);
        using var projections = Values.Buffer(length, 3 * Size, kernels.PanelWidth, 1, spread: 2);
        using var output = new RowBuffer(length, Size, kernels.PanelWidth);
        using var scratch = Scratch(kernels, length, shape);
        double[][] keys = Values.Rows(projections, length, Size, Size);
        double[][] values = Values.Rows(projections, length, 2 * Size, Size);

        foreach (int queries in (int[])[1, length])
        {
            float* first = projections.Row(0);
            kernels.Attention(
                first, projections.Stride, queries, 0, first + Size, first + (2 * Size), projections.Stride, length, shape,
                output.Row(0), output.Stride, scratch.Pointer);

            for (int i = 0; i < queries; i++)
            {
                double[] expected = Attention(Values.Row(projections, i, 0, Size), keys, values, heads, factor: Math.Log(2));
                Values.AssertClose(expected, Values.Row(output, i, 0, Size));
            }
        }
    }

    [Theory]
    [MemberData(nameof(AttentionCases))]
    public void Attention_WithBias_EqualsReference(int bits, int heads, int length)
    {
        const int Size = 48;
        var kernels = Kernels.For(bits);
        using var bias = new AttentionBias((head, distance) => Slope(head, distance), heads, length, kernels.PanelWidth);
        var shape = new AttentionShape(heads, Size / heads) { Bias = bias };
        using var projections = Values.Buffer(length, 3 * Size, kernels.PanelWidth, 1, spread: 2);
        using var output = new RowBuffer(length, Size, kernels.PanelWidth);
        using var scratch = Scratch(kernels, length, shape);
        double[][] keys = Values.Rows(projections, length, Size, Size);
        double[][] values = Values.Rows(projections, length, 2 * Size, Size);
        float* first = projections.Row(0);

        kernels.Attention(
            first, projections.Stride, length, 0, first + Size, first + (2 * Size), projections.Stride, length, shape,
            output.Row(0), output.Stride, scratch.Pointer);

        for (int i = 0; i < length; i++)
        {
            double[] expected = Attention(
                Values.Row(projections, i, 0, Size), keys, values, heads, factor: Math.Log(2), (head, j) => Slope(head, j - i));
            Values.AssertClose(expected, Values.Row(output, i, 0, Size));
        }

        // Other on the two sides, so that a bias read backwards is found out.
        static float Slope(int head, int distance) => (head + 1) * (distance > 0 ? -0.3f * distance : 0.1f * distance);
    }

    [Theory]
    [MemberData(nameof(AttentionCases))]
    public void Attention_WithinWindow_EqualsReference(int bits, int heads, int length)
    {
        const int Size = 48;
        var kernels = Kernels.For(bits);
        using var projections = Values.Buffer(length, 3 * Size, kernels.PanelWidth, 1, spread: 2);
        using var output = new RowBuffer(length, Size, kernels.PanelWidth);
        using var scratch = Scratch(kernels, length, new(heads, Size / heads));
        double[][] keys = Values.Rows(projections, length, Size, Size);
        double[][] values = Values.Rows(projections, length, 2 * Size, Size);
        float* first = projections.Row(0);

        foreach (int window in (int[])[0, 1, 5, 20, 1000])
        {
            kernels.Attention(
                first, projections.Stride, length, 0, first + Size, first + (2 * Size), projections.Stride, length,
                new(heads, Size / heads) { Window = window }, output.Row(0), output.Stride, scratch.Pointer);

            for (int i = 0; i < length; i++)
            {
                double[] expected = Attention(
                    Values.Row(projections, i, 0, Size), keys, values, heads, factor: Math.Log(2),
                    (_, j) => Math.Abs(i - j) <= window ? 0 : double.NegativeInfinity);
                Values.AssertClose(expected, Values.Row(output, i, 0, Size));
            }
        }
    }

    [Theory]
    [MemberData(nameof(AttentionCases))]
    public void Attention_CausalWithSharedKeys_EqualsReference(int bits, int heads, int length)
    {
        // Three heads of the queries share one of the keys, and the values stand behind those.
        const int Size = 16, Shared = 3;
        int queryWidth = Shared * heads * Size, keyWidth = heads * Size;
        var kernels = Kernels.For(bits);
        using var projections = Values.Buffer(length, queryWidth + (2 * keyWidth), kernels.PanelWidth, 1, spread: 2);
        using var output = new RowBuffer(length, queryWidth, kernels.PanelWidth);
        using var scratch = Scratch(kernels, length, new(Shared * heads, Size));
        double[][] keys = [.. Values.Rows(projections, length, queryWidth, keyWidth).Select(Spread)];
        double[][] values = [.. Values.Rows(projections, length, queryWidth + keyWidth, keyWidth).Select(Spread)];

        foreach (int? window in (int?[])[null, 0, 7])
        {
            foreach (int firstQuery in (int[])[0, length / 2, length - 1])
            {
                float* first = projections.Row(firstQuery);
                float* key = projections.Row(0) + queryWidth;
                kernels.Attention(
                    first, projections.Stride, length - firstQuery, firstQuery, key, key + keyWidth, projections.Stride, length,
                    new(Shared * heads, Size) { HeadsPerKey = Shared, IsCausal = true, Window = window },
                    output.Row(0), output.Stride, scratch.Pointer);

                for (int i = firstQuery; i < length; i++)
                {
                    double[] expected = Attention(
                        Values.Row(projections, i, 0, queryWidth), keys, values, Shared * heads, factor: Math.Log(2),
                        (_, j) => j <= i && i - j <= (window ?? length) ? 0 : double.NegativeInfinity);
                    Values.AssertClose(expected, Values.Row(output, i - firstQuery, 0, queryWidth));
                }
            }
        }

        double[] Spread(double[] row) => [.. row.Chunk(Size).SelectMany(head => Enumerable.Repeat(head, Shared)).SelectMany(head => head)];
    }

    [Theory]
    [MemberData(nameof(AttentionCases))]
    public void Attention_LastQueryWithBias_EqualsReference(int bits, int heads, int length)
    {
        const int Size = 48;
        var kernels = Kernels.For(bits);
        using var bias = new AttentionBias((head, distance) => head + (0.1f * distance), heads, length, kernels.PanelWidth);
        var shape = new AttentionShape(heads, Size / heads) { Bias = bias };
        using var projections = Values.Buffer(length, 3 * Size, kernels.PanelWidth, 1, spread: 2);
        using var output = new RowBuffer(1, Size, kernels.PanelWidth);
        using var scratch = Scratch(kernels, length, shape);
        float* key = projections.Row(0) + Size;

        kernels.Attention(
            projections.Row(length - 1), projections.Stride, 1, length - 1, key, key + Size, projections.Stride, length, shape,
            output.Row(0), output.Stride, scratch.Pointer);

        double[] expected = Attention(
            Values.Row(projections, length - 1, 0, Size), Values.Rows(projections, length, Size, Size),
            Values.Rows(projections, length, 2 * Size, Size), heads, factor: Math.Log(2), (head, j) => head + (0.1 * (j - length + 1)));
        Values.AssertClose(expected, Values.Row(output, 0, 0, Size));
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void NormaliseHeads_SizesThatNoVectorDivides_DividesEachByItsRootMeanSquare(int bits)
    {
        const int Rows = 5, Heads = 3;
        foreach (int size in (int[])[2, 16, 22, 64])
        {
            var kernels = Kernels.For(bits);
            using var folder = new Models.TemporaryFolder();
            float[] gain = [.. Enumerable.Range(1, size).Select(i => i / 8f)];
            string path = folder.File("model.safetensors");
            Models.SafetensorsWriter.Write(path, Models.TensorData.F32("norm.weight", [size], gain));
            using var weights = WeightStore.Open(folder.Path);
            using var norm = new LayerNorm(
                weights, new("norm", ("size", size)) { HasBias = false, IsRms = true }, 1e-3f, kernels.PanelWidth);
            using var x = Values.Buffer(Rows, (Heads * size) + 1, kernels.PanelWidth, 1, spread: 2);
            double[][] before = Values.Rows(x, Rows, 0, (Heads * size) + 1);

            kernels.NormaliseHeads(x.Row(0), x.Stride, Rows, Heads, norm);

            for (int i = 0; i < Rows; i++)
            {
                double[] expected = [.. before[i][..^1].Chunk(size).SelectMany(head => RmsNorm(head, gain, 1e-3)), before[i][^1]];
                Values.AssertClose(expected, Values.Row(x, i, 0, expected.Length), tolerance: 1e-5);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Rotate_Rows_TurnsPairsByTheirAngles(int bits)
    {
        // Halves that no vector divides, and a row behind the heads that stays as it is.
        const int Rows = 9, First = 2, Heads = 3, Size = 44, Half = Size / 2;
        var kernels = Kernels.For(bits);
        using var table = new RotaryTable(100, Size, First + Rows);
        using var x = Values.Buffer(Rows, (Heads * Size) + 1, kernels.PanelWidth, 1, spread: 2);
        double[][] before = Values.Rows(x, Rows, 0, (Heads * Size) + 1);

        kernels.Rotate(x.Row(0), x.Stride, Rows, Heads, table, First);

        for (int i = 0; i < Rows; i++)
        {
            double[] expected = [.. before[i]];
            for (int e = 0; e < Heads * Size; e += e % Size == Half - 1 ? Half + 1 : 1)
            {
                var angle = System.Numerics.Complex.FromPolarCoordinates(1, (First + i) * Math.Pow(100, -2.0 * (e % Size) / Size));
                var turned = new System.Numerics.Complex(before[i][e], before[i][e + Half]) * angle;
                (expected[e], expected[e + Half]) = (turned.Real, turned.Imaginary);
            }

            Values.AssertClose(expected, Values.Row(x, i, 0, expected.Length), tolerance: 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void LinearGated_SomeOutputs_EqualsReference(int bits)
    {
        const int Rows = 33, Inputs = 48, Outputs = 90, First = 32;
        var kernels = Kernels.For(bits);
        using var layers = new PackedTestLayers(Inputs, Outputs, kernels.PanelWidth);
        using var gate = new PackedTestLayers(Inputs, Outputs, kernels.PanelWidth, seed: 30);
        using var x = Values.Buffer(Rows, Inputs, kernels.PanelWidth, 1);
        using var y = new RowBuffer(Rows, Outputs - First, kernels.PanelWidth);
        using var scratch = new RowBuffer(Rows, kernels.PanelWidth, kernels.PanelWidth);

        kernels.LinearGated(
            new(x.Row(0), x.Stride), Rows, layers.Linear, gate.Linear, First, Outputs - First, HiddenActivation.Gelu, y.Row(0), y.Stride,
            scratch);

        for (int i = 0; i < Rows; i++)
        {
            double[] row = Values.Row(x, i, 0, Inputs);
            double[] factors = Linear(row, gate.Weight, gate.Bias);
            double[] expected =
                [.. Linear(row, layers.Weight, layers.Bias).Select((value, e) => Activate(HiddenActivation.Gelu, value) * factors[e])];
            Values.AssertClose(expected[First..], Values.Row(y, i, 0, Outputs - First));
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Attention_ScoresFarApart_IsTheValueOfTheLargest(int bits)
    {
        const int Length = 3, Size = 4;
        var kernels = Kernels.For(bits);
        using var rows = new RowBuffer(Length, 3 * Size, kernels.PanelWidth);
        using var output = new RowBuffer(Length, Size, kernels.PanelWidth);
        using var scratch = Scratch(kernels, Length, new(1, Size));
        for (int i = 0; i < Length; i++)
        {
            new Span<float>(rows.Row(i), Size).Fill(100);
            new Span<float>(rows.Row(i) + Size, Size).Fill(i == 1 ? 100 : -100);
            new Span<float>(rows.Row(i) + (2 * Size), Size).Fill(i);
        }

        kernels.Attention(
            rows.Row(0), rows.Stride, Length, 0, rows.Row(0) + Size, rows.Row(0) + (2 * Size), rows.Stride, Length, new(1, Size),
            output.Row(0), output.Stride, scratch.Pointer);

        Assert.All(Values.Rows(output, Length, 0, Size), row => Assert.Equal([1, 1, 1, 1], row));
    }

    [Fact]
    public void Loops_OptimisedWhenFirstCalled_AreNotInlined()
    {
        const BindingFlags All =
            BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        var loops = typeof(Kernels).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(All))
            .Where(method => method.MethodImplementationFlags.HasFlag(MethodImplAttributes.AggressiveOptimization))
            .ToList();

        Assert.NotEmpty(loops);
        Assert.All(loops, method => Assert.True(
            method.MethodImplementationFlags.HasFlag(MethodImplAttributes.NoInlining), $"{method.DeclaringType}.{method.Name}"));
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void For_Width_HasIt(int bits)
    {
        Assert.Equal(bits, Kernels.For(bits).VectorBits);
        Assert.Equal(bits / 16, Kernels.For(bits).PanelWidth);
    }

    [Fact]
    public void For_UnknownWidth_Refused() => Assert.Throws<ArgumentOutOfRangeException>(() => Kernels.For(64));

    /// <summary>What attention uses between, as what went before may have left it.</summary>
    private static NativeBuffer Scratch(Kernels kernels, int length, AttentionShape shape)
    {
        var scratch = new NativeBuffer(kernels.AttentionScratch(length, shape));
        new Span<float>(scratch.Pointer, (int)scratch.Length).Fill(float.NaN);
        return scratch;
    }
}
