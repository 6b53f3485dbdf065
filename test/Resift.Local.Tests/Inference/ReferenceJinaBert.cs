using Resift.Local.Models;
using Resift.Local.Tests.Models;
using static Resift.Local.Tests.Inference.ReferenceMath;

namespace Resift.Local.Tests.Inference;

/// <summary>JinaBERT: scores fall with the distance, by another slope in each head, and the feed-forward part is gated.</summary>
internal sealed class ReferenceJinaBert(TinyModel model) : ReferenceEncoder(model)
{
    // By the paper: halves for eight heads, and the numbers between them for the others; quarters and what lies between for four.
    private static readonly Dictionary<int, double[]> _slopes = new()
    {
        [2] = [1 / 16.0, 1 / 256.0],
        [4] = [1 / 4.0, 1 / 16.0, 1 / 64.0, 1 / 256.0],
        [6] = [1 / 4.0, 1 / 16.0, 1 / 64.0, 1 / 256.0, 1 / 2.0, 1 / 8.0],
        [12] =
        [
            1 / 2.0, 1 / 4.0, 1 / 8.0, 1 / 16.0, 1 / 32.0, 1 / 64.0, 1 / 128.0, 1 / 256.0,
            Math.Sqrt(1 / 2.0), Math.Sqrt(1 / 8.0), Math.Sqrt(1 / 32.0), Math.Sqrt(1 / 128.0),
        ],
    };

    /// <summary>Gets a value indicating whether heads beyond a power of two look twice as far.</summary>
    public bool HalvesLastSlopes { get; init; }

    protected override double Bias(string layer, int head, int i, int j, double[][] queries, double[][] keys)
    {
        bool isLast = head >= (Model.Heads == 12 ? 8 : 4);
        return -_slopes[Model.Heads][head] * (isLast && HalvesLastSlopes ? 0.5 : 1) * Math.Abs(i - j);
    }

    protected override double[] FeedForward(double[] x, string name)
    {
        if (Model.FeedForward == "original")
        {
            return base.FeedForward(x, name);
        }

        var activation = Model.FeedForward == "reglu" ? HiddenActivation.Relu : HiddenActivation.Gelu;
        double[] both = Dense(x, $"{name}.mlp.gated_layers");
        double[] inner = [.. both.Take(both.Length / 2).Select((value, e) => Activate(activation, value) * both[(both.Length / 2) + e])];
        return Norm(Add(x, Dense(inner, $"{name}.mlp.wo")), $"{name}.mlp.layernorm");
    }
}
