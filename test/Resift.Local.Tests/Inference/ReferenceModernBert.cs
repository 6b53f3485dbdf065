using Resift.Local.Models;
using Resift.Local.Tests.Models;
using static Resift.Local.Tests.Inference.ReferenceMath;

namespace Resift.Local.Tests.Inference;

/// <summary>ModernBERT: norms first, rotated queries and keys, gated activations, and a window in two of three layers.</summary>
internal sealed class ReferenceModernBert(TinyModel model) : ReferenceModel
{
    private readonly IReadOnlyDictionary<string, (int[] Shape, float[] Values)> _tensors = model.Tensors();

    /// <inheritdoc />
    public override double[][] Hidden(int[] ids, int firstSegmentLength)
    {
        float[] words = _tensors["embeddings.tok_embeddings.weight"].Values;
        double[][] hidden = [.. ids.Select(id =>
            Norm([.. words.Skip(id * model.HiddenSize).Take(model.HiddenSize).Select(value => (double)value)], "embeddings.norm"))];
        for (int i = 0; i < model.Layers; i++)
        {
            hidden = Layer(hidden, i);
        }

        return [.. hidden.Select(row => Norm(row, "final_norm"))];
    }

    /// <inheritdoc />
    public override double[] Logits(double[][] hidden)
    {
        double[] pooled = model.BiasesAndMean
            ? [.. Enumerable.Range(0, model.HiddenSize).Select(i => hidden.Average(row => row[i]))]
            : hidden[0];
        double[] activated = [.. Dense(pooled, "head.dense").Select(value => Activate(HiddenActivation.Gelu, value))];
        return Dense(Norm(activated, "head.norm"), "classifier");
    }

    private double[][] Layer(double[][] hidden, int index)
    {
        string name = $"layers.{index}";
        int size = model.HiddenSize, inner = model.IntermediateSize;
        bool isGlobal = TinyModernBert.IsGlobal(index);
        float rotaryBase = isGlobal ? TinyModernBert.GlobalBase : TinyModernBert.LocalBase;
        double[][] projected = [.. hidden.Select(row => Dense(index == 0 ? row : Norm(row, $"{name}.attn_norm"), $"{name}.attn.Wqkv"))];
        double[][] queries = [.. projected.Select((row, i) => Rotate(row[..size], size / model.Heads, i, rotaryBase))];
        double[][] keys = [.. projected.Select((row, i) => Rotate(row[size..(2 * size)], size / model.Heads, i, rotaryBase))];
        double[][] values = [.. projected.Select(row => row[(2 * size)..])];
        double factor = 1 / Math.Sqrt(size / model.Heads);
        return [.. hidden.Select((row, i) =>
        {
            double[] context = Attention(queries[i], keys, values, model.Heads, factor, (_, j) =>
                isGlobal || Math.Abs(i - j) <= TinyModernBert.Window ? 0 : double.NegativeInfinity);
            double[] attended = Add(row, Dense(context, $"{name}.attn.Wo"));
            double[] up = Dense(Norm(attended, $"{name}.mlp_norm"), $"{name}.mlp.Wi");
            double[] gated = [.. up.Take(inner).Select((value, e) => Activate(HiddenActivation.Gelu, value) * up[inner + e])];
            return Add(attended, Dense(gated, $"{name}.mlp.Wo"));
        })];
    }

    private double[] Dense(double[] x, string name)
    {
        float[] weight = _tensors[$"{name}.weight"].Values;
        return Linear(x, weight, Bias(name, weight.Length / x.Length));
    }

    private double[] Norm(double[] x, string name) =>
        LayerNorm(x, _tensors[$"{name}.weight"].Values, Bias(name, x.Length), TinyModernBert.Epsilon);

    private float[] Bias(string name, int size) =>
        _tensors.TryGetValue($"{name}.bias", out var bias) ? bias.Values : new float[size];
}
