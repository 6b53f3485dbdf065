using System.Runtime.Intrinsics;
using Resift.Local.Inference;
using Resift.Local.Tests.Models;
using Resift.Local.Tokenization;

namespace Resift.Local.Tests.Inference;

/// <summary>Layers whose weights are not kept in single precision, and the arithmetic on integers.</summary>
[Trait("Engine", "Parity")]
public sealed unsafe class WeightTypesTests : IDisposable
{
    private const int Rows = 13;

    private static readonly WeightChoice[] _choices =
    [
        new(LocalWeightType.BFloat16, Integers: false),
        new(LocalWeightType.Half, Integers: false),
        new(LocalWeightType.Int8, Integers: false),
        new(LocalWeightType.Int8, Integers: true) { Quads = false },

        // Four at a time, where kernels have that; without the instruction by what stands for it.
        new(LocalWeightType.Int8, Integers: true) { Quads = true },
    ];

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<int, int> Cases => new(
        from bits in EngineRun.Widths from choice in Enumerable.Range(0, _choices.Length) select (bits, choice));

    public static TheoryData<int, string, int> Models => new(
        from bits in EngineRun.Widths
        from type in (string[])["bert", "mpnet", "modernbert"]
        from choice in Enumerable.Range(0, _choices.Length)
        select (bits, type, choice));

    public static TheoryData<int> Widths => new(EngineRun.Widths);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void LinearAndAccumulate_KeptWeights_AreTheProductsOfTheRoundedNumbers(int bits, int which)
    {
        // An odd number of inputs in all, and a factor that weights of 16 bits must not be rounded with.
        const int Inputs = 45, Outputs = 50, First = 32;
        const float Factor = 0.3f;
        var (kernels, choice) = (Kernels.For(bits), _choices[which]);
        using var layers = new PackedTestLayers(Inputs, Outputs, kernels.PanelWidth, choice: choice, factor: Factor);
        using var x = Values.Buffer(Rows, Inputs, kernels.PanelWidth, 1, spread: 4);
        using var y = new RowBuffer(Rows, Outputs, kernels.PanelWidth);
        using var buffers = new LinearBuffers(Rows, Inputs, kernels.PanelWidth);
        var rounded = layers.Weight.Chunk(Inputs).SelectMany(row => Rounded(choice.Type!.Value, row));
        float[] weights = [.. rounded.Select(value => value * Factor)];
        float[] bias = [.. layers.Bias.Select(value => value * Factor)];

        var input = Read(x, 0, Inputs, buffers, layers.Linear);
        kernels.Linear(input, Rows, layers.Linear, y.Row(0), y.Stride);
        AssertRows(i => ReferenceMath.Linear(Numbers(x, i, 0, Inputs, choice), weights, bias));

        double[][] before = Values.Rows(y, Rows, 0, Outputs);
        kernels.Accumulate(Read(x, 0, First, buffers, layers.Linear), Rows, layers.Linear, 0, First, y.Row(0), y.Stride);
        input = Read(x, First, Inputs - First, buffers, layers.Linear);
        kernels.Accumulate(input, Rows, layers.Linear, First, Inputs - First, y.Row(0), y.Stride);
        AssertRows(i => ReferenceMath.Add(before[i], ReferenceMath.Linear(
            [.. Numbers(x, i, 0, First, choice), .. Numbers(x, i, First, Inputs - First, choice)], weights, new float[Outputs])));

        void AssertRows(Func<int, double[]> expected)
        {
            for (int i = 0; i < Rows; i++)
            {
                Values.AssertClose(expected(i), Values.Row(y, i, 0, Outputs), tolerance: 2e-5);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void PairTile_AnyValues_GivesTheExactSums(int bits)
    {
        const int Pairs = 193, Depth = 2 * Pairs;
        int width = Kernels.For(bits).PanelWidth;
        var random = new Random(5);
        short[] a = new short[Kernels.TileRows * Depth];
        short[] b = new short[Depth * width];
        foreach (var fill in (Func<(short, short)>[])
        [
            () => ((short)random.Next(-127, 128), (short)random.Next(-128, 128)),
            () => (127, -128),
            () => (-127, -128),
            () => (127, 127),
        ])
        {
            Array.ForEach([.. Enumerable.Range(0, a.Length)], i => a[i] = fill().Item1);
            Array.ForEach([.. Enumerable.Range(0, b.Length)], i => b[i] = fill().Item2);

            int[] sums = Tile(bits, a, Depth, b, Pairs);

            Assert.Equal(
                from row in Enumerable.Range(0, Kernels.TileRows)
                from column in Enumerable.Range(0, width)
                select Enumerable.Range(0, Depth).Sum(k => a[(row * Depth) + k] * b[((k / 2 * width) + column) * 2 + (k % 2)]),
                sums);
        }
    }

    [Fact]
    public void Tile_FourBytesAtATime_GivesTheExactSums()
    {
        var random = new Random(7);
        AssertExact<Quads512, Vector512<int>>(isSigned: false, () => (random.Next(-127, 128), random.Next(0, 256)));
        AssertExact<Quads512, Vector512<int>>(isSigned: false, () => (-127, 255));
        AssertExact<Quads256, Vector256<int>>(isSigned: false, () => (random.Next(-127, 128), random.Next(0, 256)));
        AssertExact<Quads256, Vector256<int>>(isSigned: false, () => (-128, 255));
        AssertExact<Quads256, Vector256<int>>(isSigned: false, () => (127, 255));
        AssertExact<Quads128, Vector128<int>>(isSigned: true, () => (random.Next(-127, 128), random.Next(-128, 128)));
        AssertExact<Quads128, Vector128<int>>(isSigned: true, () => (127, -128));
        AssertExact<Quads128, Vector128<int>>(isSigned: true, () => (-127, -128));

        static void AssertExact<TDot, TVector>(bool isSigned, Func<(int Value, int Weight)> fill)
            where TDot : struct, IMultiplyAdd<int, TVector>
            where TVector : struct
        {
            const int Steps = 97, Depth = 4 * Steps;
            int width = 2 * TDot.Width;
            sbyte[] a = [.. Enumerable.Range(0, Kernels.TileRows * Depth).Select(_ => (sbyte)fill().Value)];
            byte[] b = [.. Enumerable.Range(0, Depth * width).Select(_ => (byte)fill().Weight)];
            int[] start = [.. Enumerable.Range(0, width)], sums = new int[Kernels.TileRows * width];
            fixed (void* first = a, weights = b)
            fixed (int* begin = start, target = sums)
            {
                MicroKernel<TDot, int, TVector>.Tile((int*)first, Steps, (int*)weights, Steps, begin, 0, target, width);
            }

            Assert.Equal(
                from row in Enumerable.Range(0, Kernels.TileRows)
                from column in Enumerable.Range(0, width)
                select column + Enumerable.Range(0, Depth).Sum(k => a[(row * Depth) + k] * Weight(k, column)),
                sums);

            int Weight(int k, int column)
            {
                byte weight = b[(((k / 4 * width) + column) * 4) + (k % 4)];
                return isSigned ? (sbyte)weight : weight;
            }
        }
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(64, 64)]
    [InlineData(333, 336)]
    public void Quantise_ToBytes_SameIntegersTheirSumAndZerosBehind(int count, int padded)
    {
        var random = new Random(count);
        float[] row = [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.3f)];
        short[] numbers = new short[count];
        sbyte[] bytes = [.. Enumerable.Repeat((sbyte)9, padded)];

        float scale = Quantisation.Quantise(row, numbers);

        Assert.Equal(scale, Quantisation.Quantise(row, bytes, out int sum));
        Assert.Equal([.. numbers.Select(value => (sbyte)value), .. new sbyte[padded - count]], bytes);
        Assert.Equal(numbers.Sum(value => value), sum);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Quantise_ToBytesOfWhatIsNotFinite_ScaleIsNotANumber(float value)
    {
        sbyte[] bytes = [9, 9, 9, 9];

        Assert.Equal(float.NaN, Quantisation.Quantise([1, value, 2], bytes, out int sum));
        Assert.Equal([0, 0, 0, 0], bytes);
        Assert.Equal(0, sum);
    }

    [Fact]
    public void MultiplyAdd_WithoutTheInstruction_GivesTheSameIntegers()
    {
        var random = new Random(6);
        for (int i = 0; i < 1000; i++)
        {
            var (left, right, sum) = (Pairs(random), Pairs(random), Pairs(random) >> 8);

            Assert.Equal(Dot128.MultiplyAdd(left, right, sum), Dot128.Portable(left, right, sum));
            var (bytes, weights, sums) = (Bytes(random), Bytes(random), Bytes(random));
            Assert.Equal(Quads256.MultiplyAdd(bytes, weights, sums), Quads256.Portable(bytes, weights, sums));
            Assert.Equal(
                Quads128.MultiplyAdd(bytes.GetLower(), weights.GetLower(), sums.GetLower()),
                Quads128.Portable(bytes.GetLower(), weights.GetLower(), sums.GetLower()));
        }

        static Vector256<int> Bytes(Random random) => Vector256.Create([.. Enumerable.Range(0, 8).Select(_ => random.Next())]);

        static Vector128<int> Pairs(Random random) => Vector128.Create(
            [.. Enumerable.Range(0, 8).Select(_ => (short)random.Next(-128, 128))]).AsInt32();
    }

    [Theory]
    [InlineData(new float[] { 0, 0, 0 }, new short[] { 0, 0, 0 }, 0)]
    [InlineData(new float[] { 127, -127, 0.5f, 1.5f, -0.5f, 63.4f }, new short[] { 127, -127, 0, 2, 0, 63 }, 1)]
    [InlineData(new float[] { 1e-44f, 0 }, new short[] { 0, 0 }, 0)]
    [InlineData(new float[] { 1, float.NaN, 2 }, new short[] { 0, 0, 0 }, float.NaN)]
    [InlineData(new float[] { 1, float.NegativeInfinity, 2 }, new short[] { 0, 0, 0 }, float.NaN)]
    public void Quantise_Row_RoundsToItsLargestMagnitude(float[] row, short[] expected, float scale)
    {
        // Also in the middle of a longer row, where vectors are used.
        float[] longer = [.. new float[64], .. row, .. new float[64]];
        short[] target = new short[row.Length], longerTarget = new short[longer.Length];

        Assert.Equal(scale, Quantisation.Quantise(row, target));
        Assert.Equal(expected, target);
        Assert.Equal(scale, Quantisation.Quantise(longer, longerTarget));
        Assert.Equal([.. new short[64], .. expected, .. new short[64]], longerTarget);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Run_KeptWeights_StaysNearSinglePrecisionAndDependsOnNoCompany(int bits, string type, int which)
    {
        new TinyModel { ModelType = type, HiddenSize = 24, IntermediateSize = 400, Layers = 2, Positions = 64 }.Write(_folder.Path);
        TokenSequence[] batch = [.. Enumerable.Range(1, 9).Select(length => Sequence(length * 4))];

        float[][] single = EngineRun.Logits(_folder.Path, bits, batch);
        float[][] kept = EngineRun.Logits(_folder.Path, bits, _choices[which], batch);

        Assert.All(kept, (logits, i) => Assert.InRange(logits[0], single[i][0] - 0.1f, single[i][0] + 0.1f));
        Assert.NotEqual(single, kept);
        Assert.Equal(kept, batch.Select(sequence => EngineRun.Logits(_folder.Path, bits, _choices[which], sequence)[0]));
    }

    [Theory]
    [InlineData(512)]
    [InlineData(256)]
    [InlineData(128)]
    public void Run_IntegersInPairsOrFours_SameBits(int bits)
    {
        new TinyModel { HiddenSize = 24, IntermediateSize = 402, Layers = 2, Positions = 64 }.Write(_folder.Path);
        TokenSequence[] batch = [.. Enumerable.Range(1, 9).Select(length => Sequence(length * 4))];
        var int8 = new WeightChoice(LocalWeightType.Int8, Integers: true);

        Assert.Equal(
            EngineRun.Logits(_folder.Path, bits, int8 with { Quads = false }, batch),
            EngineRun.Logits(_folder.Path, bits, int8 with { Quads = true }, batch));
    }

    [Theory]
    [InlineData("F16", LocalWeightType.Half)]
    [InlineData("BF16", LocalWeightType.BFloat16)]
    public void Run_SixteenBitFile_SameBitsKeptOrWidened(string dtype, LocalWeightType type)
    {
        new TinyModel { Dtype = dtype, HiddenSize = 24, Layers = 2 }.Write(_folder.Path);
        var batch = Sequence(20);

        float[][] widened = EngineRun.Logits(_folder.Path, 256, new WeightChoice(LocalWeightType.Single, Integers: false), batch);

        Assert.Equal(widened, EngineRun.Logits(_folder.Path, 256, batch));
        Assert.Equal(widened, EngineRun.Logits(_folder.Path, 256, new WeightChoice(type, Integers: false), batch));
    }

    [Fact]
    public void Pack_WeightBeyondHalfPrecision_RefusedByName()
    {
        new TinyModel().Write(_folder.Path, changeTensors: tensors =>
        {
            int index = tensors.FindIndex(tensor => tensor.Name.EndsWith("0.intermediate.dense.weight", StringComparison.Ordinal));
            tensors[index] = TensorData.F32(tensors[index].Name, [32, 16], [70_000, .. new float[511]]);
        });

        var exception = Assert.Throws<NotSupportedException>(() =>
            EngineRun.Logits(_folder.Path, 256, new WeightChoice(LocalWeightType.Half, Integers: false), Sequence(8)));

        Assert.Contains("intermediate.dense.weight", exception.Message, StringComparison.Ordinal);
        Assert.Contains("70000", exception.Message, StringComparison.Ordinal);
    }

    private static TokenSequence Sequence(int length) => new([.. Enumerable.Range(0, length).Select(i => 5 + (i * 7 % 50))], length / 2);

    private static LinearInput Read(RowBuffer x, int first, int inputs, LinearBuffers buffers, PackedLinear layer)
    {
        var input = new LinearInput(x.Row(0) + first, x.Stride, buffers);
        if (layer.IsInteger)
        {
            Kernels.Quantise(input, Rows, inputs, layer.Format);
        }

        return input;
    }

    /// <summary>What the kernels multiply: a part of a row, rounded to steps where they multiply integers.</summary>
    private static double[] Numbers(RowBuffer x, int row, int first, int inputs, WeightChoice choice)
    {
        double[] values = Values.Row(x, row, first, inputs);
        double step = values.Max(Math.Abs) / 127;
        return choice.Integers ? [.. values.Select(value => Math.Round(value / step) * step)] : values;
    }

    private static float[] Rounded(LocalWeightType type, float[] row)
    {
        float step = row.Max(Math.Abs) / 127;
        return
        [
            .. row.Select(value => type switch
            {
                LocalWeightType.Half => (float)(Half)value,
                LocalWeightType.BFloat16 => RoundToEightBits(value),
                _ => (float)Math.Round(value / step) * step,
            }),
        ];
    }

    private static float RoundToEightBits(float value)
    {
        float unit = MathF.ScaleB(1, MathF.ILogB(value) - 7);
        return MathF.Round(value / unit) * unit;
    }

    private static int[] Tile(int bits, short[] a, int lda, short[] b, int pairs)
    {
        int[] sums = new int[Kernels.TileRows * Kernels.For(bits).PanelWidth];
        int[] zeros = new int[Kernels.For(bits).PanelWidth];
        fixed (void* first = a, weights = b)
        fixed (int* start = zeros, target = sums)
        {
            switch (bits)
            {
                case 512:
                    Simd512.PairTile((int*)first, lda / 2, (int*)weights, pairs, start, target);
                    break;
                case 256:
                    Simd256.PairTile((int*)first, lda / 2, (int*)weights, pairs, start, target);
                    break;
                case 128:
                    Simd128.PairTile((int*)first, lda / 2, (int*)weights, pairs, start, target);
                    break;
                default:
                    SimdScalar.PairTile((int*)first, lda / 2, (int*)weights, pairs, start, target);
                    break;
            }
        }

        return sums;
    }
}
