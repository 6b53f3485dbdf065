using Resift.Local.Models;

namespace Resift.Local.Tests.Inference;

/// <summary>The functions of the engine in double precision, by their definitions.</summary>
internal static class ReferenceMath
{
    /// <summary>The error function by the series 2/√π e^(-x²) Σ 2ⁿ x^(2n+1) / (2n+1)!!, whose terms all have one sign.</summary>
    public static double Erf(double x)
    {
        if (Math.Abs(x) > 6)
        {
            return Math.Sign(x);
        }

        double term = x, sum = x;
        for (int n = 1; Math.Abs(term) > 1e-18 * Math.Abs(sum); n++)
        {
            term *= 2 * x * x / ((2 * n) + 1);
            sum += term;
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    public static double Activate(HiddenActivation activation, double x) => activation switch
    {
        HiddenActivation.Gelu => 0.5 * x * (1 + Erf(x / Math.Sqrt(2))),
        HiddenActivation.GeluTanh => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))),
        HiddenActivation.Relu => Math.Max(x, 0),
        HiddenActivation.Silu => x / (1 + Math.Exp(-x)),
        HiddenActivation.Tanh => Math.Tanh(x),
        _ => throw new ArgumentOutOfRangeException(nameof(activation)),
    };

    /// <summary>x Wᵀ + b of one row.</summary>
    public static double[] Linear(double[] x, float[] weight, float[] bias) => [.. bias.Select((start, output) =>
    {
        double sum = start;
        for (int i = 0; i < x.Length; i++)
        {
            sum += x[i] * weight[(output * x.Length) + i];
        }

        return sum;
    })];

    public static double[] LayerNorm(double[] x, float[] gain, float[] bias, double epsilon = 1e-12)
    {
        double mean = x.Average();
        double deviation = Math.Sqrt(x.Average(value => (value - mean) * (value - mean)) + epsilon);
        return [.. x.Select((value, i) => ((value - mean) / deviation * gain[i]) + bias[i])];
    }

    public static double[] RmsNorm(double[] x, float[] gain, double epsilon)
    {
        double size = Math.Sqrt(x.Average(value => value * value) + epsilon);
        return [.. x.Select((value, i) => value / size * gain[i])];
    }

    /// <summary>Turns each pair of the two halves of a head by its angle, as complex numbers.</summary>
    public static double[] Rotate(double[] row, int size, int position, float rotaryBase)
    {
        int half = size / 2;
        double[] rotated = new double[row.Length];
        for (int i = 0; i < row.Length; i++)
        {
            int e = i % size;
            double angle = position * Math.Pow(rotaryBase, -2.0 * (e % half) / size);
            rotated[i] = e < half
                ? (row[i] * Math.Cos(angle)) - (row[i + half] * Math.Sin(angle))
                : (row[i] * Math.Cos(angle)) + (row[i - half] * Math.Sin(angle));
        }

        return rotated;
    }

    /// <summary>
    /// Multi-head attention of one query over a sequence, the scores multiplied by a factor; a bias by head and key is added to them.
    /// </summary>
    public static double[] Attention(
        double[] query, double[][] keys, double[][] values, int heads, double factor, Func<int, int, double>? bias = null)
    {
        int size = query.Length / heads;
        double[] result = new double[query.Length];
        for (int head = 0; head < heads; head++)
        {
            int start = head * size;
            double[] scores = [.. keys.Select((key, j) =>
                (factor * Enumerable.Range(start, size).Sum(i => query[i] * key[i])) + (bias?.Invoke(head, j) ?? 0))];
            double max = scores.Max();
            double sum = scores.Sum(score => Math.Exp(score - max));
            for (int i = start; i < start + size; i++)
            {
                result[i] = values.Select((value, j) => Math.Exp(scores[j] - max) / sum * value[i]).Sum();
            }
        }

        return result;
    }

    public static double[] Add(double[] left, double[] right) => [.. left.Zip(right, (a, b) => a + b)];
}
