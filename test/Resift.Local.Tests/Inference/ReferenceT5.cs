using Resift.Local.Models;
using Resift.Local.Tests.Models;
using static Resift.Local.Tests.Inference.ReferenceMath;

namespace Resift.Local.Tests.Inference;

/// <summary>T5: an encoder whose attention has a number for each distance, and one step of a decoder that reads it.</summary>
internal sealed class ReferenceT5(TinyModel model) : ReferenceModel
{
    private readonly IReadOnlyDictionary<string, (int[] Shape, float[] Values)> _tensors = model.Tensors();

    /// <inheritdoc />
    public override double[][] Hidden(int[] ids, int firstSegmentLength)
    {
        double[][] hidden = [.. ids.Select(id => Row("shared", id))];
        for (int i = 0; i < model.Layers; i++)
        {
            string block = $"encoder.block.{i}.layer";
            double[][] normed = [.. hidden.Select(row => Norm(row, $"{block}.0.layer_norm"))];
            double[][] attended = Attend(normed, normed, $"{block}.0.SelfAttention", (head, query, key) => Bias(head, key - query));
            hidden = [.. hidden.Zip(attended, (row, context) => FeedForward(Add(row, context), $"{block}.1"))];
        }

        return [.. hidden.Select(row => Norm(row, "encoder.final_layer_norm"))];
    }

    /// <inheritdoc />
    public override double[] Logits(double[][] hidden)
    {
        // The whole attention of the one token to itself, though its weight can only be 1.
        double[] state = Row("shared", TinyT5.Start);
        for (int i = 0; i < TinyT5.DecoderLayers(model); i++)
        {
            string block = $"decoder.block.{i}.layer";
            double[][] normed = [Norm(state, $"{block}.0.layer_norm")];
            state = Add(state, Attend(normed, normed, $"{block}.0.SelfAttention", (_, _, _) => 0)[0]);
            normed = [Norm(state, $"{block}.1.layer_norm")];
            state = FeedForward(Add(state, Attend(normed, hidden, $"{block}.1.EncDecAttention", (_, _, _) => 0)[0]), $"{block}.2");
        }

        state = Norm(state, "decoder.final_layer_norm");
        double scale = model.BiasesAndMean ? 1 : Math.Pow(model.HiddenSize, -0.5);
        return [scale * (Logit(model.Answers.Yes) - Logit(model.Answers.No))];

        double Logit(int word) => Row(model.BiasesAndMean ? "lm_head" : "shared", word).Zip(state, (a, b) => a * b).Sum();
    }

    private double[][] Attend(double[][] from, double[][] to, string name, Func<int, int, int, double> bias)
    {
        double[][] keys = [.. to.Select(row => Dense(row, $"{name}.k"))];
        double[][] values = [.. to.Select(row => Dense(row, $"{name}.v"))];
        return [.. from.Select((row, i) => Dense(
            Attention(Dense(row, $"{name}.q"), keys, values, model.Heads, 1, (head, j) => bias(head, i, j)), $"{name}.o"))];
    }

    private double[] FeedForward(double[] x, string name)
    {
        double[] normed = Norm(x, $"{name}.layer_norm");
        double[] gate = model.BiasesAndMean ? Dense(normed, $"{name}.DenseReluDense.wi_1") : [];
        double[] inner = model.BiasesAndMean
            ? [.. Dense(normed, $"{name}.DenseReluDense.wi_0").Select((value, e) => Activate(HiddenActivation.GeluTanh, value) * gate[e])]
            : [.. Dense(normed, $"{name}.DenseReluDense.wi").Select(value => Activate(HiddenActivation.Relu, value))];
        return Add(x, Dense(inner, $"{name}.DenseReluDense.wo"));
    }

    /// <summary>
    /// Half of the buckets are for keys behind the query. Of a half, the first half holds one distance each; the others grow by one ratio,
    /// so that the last one begins where the largest distance would be one bucket further.
    /// </summary>
    private double Bias(int head, int distance)
    {
        var (count, maxDistance) = TinyT5.Buckets(model);
        int half = count / 2, exact = half / 2, length = Math.Abs(distance);
        double growth = Math.Pow(maxDistance / (double)exact, 1.0 / (half - exact));
        int bucket = length < exact
            ? length
            : exact + Enumerable.Range(1, half - exact - 1).Count(k => length >= (exact * Math.Pow(growth, k)) - 1e-6);
        return _tensors["encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight"]
            .Values[((bucket + (distance > 0 ? half : 0)) * model.Heads) + head];
    }

    private double[] Row(string table, int index) =>
        [.. _tensors[$"{table}.weight"].Values.Skip(index * model.HiddenSize).Take(model.HiddenSize).Select(value => (double)value)];

    private double[] Dense(double[] x, string name)
    {
        float[] weight = _tensors[$"{name}.weight"].Values;
        return Linear(x, weight, new float[weight.Length / x.Length]);
    }

    private double[] Norm(double[] x, string name) => RmsNorm(x, _tensors[$"{name}.weight"].Values, TinyT5.Epsilon);
}
