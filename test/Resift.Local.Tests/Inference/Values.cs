using Resift.Local.Inference;

namespace Resift.Local.Tests.Inference;

/// <summary>Numbers on their way into the kernels' buffers and out of them.</summary>
internal static unsafe class Values
{
    public static float[] Random(int count, int seed, float spread)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => spread * ((2 * random.NextSingle()) - 1))];
    }

    public static RowBuffer Buffer(int rows, int columns, int panelWidth, int seed, float spread = 1)
    {
        var buffer = new RowBuffer(rows, columns, panelWidth);
        for (int i = 0; i < rows; i++)
        {
            Random(columns, (seed * 1000) + i, spread).CopyTo(new Span<float>(buffer.Row(i), columns));
        }

        return buffer;
    }

    public static double[] Row(RowBuffer buffer, int row, int first, int columns) =>
        [.. new ReadOnlySpan<float>(buffer.Row(row) + first, columns).ToArray().Select(value => (double)value)];

    public static double[][] Rows(RowBuffer buffer, int rows, int first, int columns) =>
        [.. Enumerable.Range(0, rows).Select(row => Row(buffer, row, first, columns))];

    public static void AssertClose(double[] expected, double[] actual, double tolerance = 1e-4)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected, (value, i) =>
        {
            double room = tolerance * Math.Max(1, Math.Abs(value));
            Assert.InRange(actual[i], value - room, value + room);
        });
    }
}
