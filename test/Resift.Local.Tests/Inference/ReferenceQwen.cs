using Resift.Local.Models;
using Resift.Local.Tests.Models;
using static Resift.Local.Tests.Inference.ReferenceMath;

namespace Resift.Local.Tests.Inference;

/// <summary>Qwen2 and Qwen3: causal, with keys that heads share, root mean squares, rotations, and the last token for the head.</summary>
internal sealed class ReferenceQwen(TinyModel model) : ReferenceModel
{
    private readonly IReadOnlyDictionary<string, (int[] Shape, float[] Values)> _tensors = model.Tensors();

    /// <inheritdoc />
    public override double[][] Hidden(int[] ids, int firstSegmentLength)
    {
        double[][] hidden = [.. ids.Select(id => Row("embed_tokens", id))];
        for (int i = 0; i < model.Layers; i++)
        {
            hidden = Layer(hidden, i);
        }

        return [.. hidden.Select(row => Norm(row, "norm"))];
    }

    /// <inheritdoc />
    public override double[] Logits(double[][] hidden)
    {
        if (!model.AnswersInWords)
        {
            return Dense(hidden[^1], "score");
        }

        string words = model.BiasesAndMean ? "lm_head" : "embed_tokens";
        return [Logit(model.Answers.Yes) - Logit(model.Answers.No)];

        double Logit(int word) => Row(words, word).Zip(hidden[^1], (a, b) => a * b).Sum();
    }

    private double[] Row(string table, int index) =>
        [.. _tensors[$"{table}.weight"].Values.Skip(index * model.HiddenSize).Take(model.HiddenSize).Select(value => (double)value)];

    private double[][] Layer(double[][] hidden, int index)
    {
        string name = $"layers.{index}";
        int heads = model.Heads, size = TinyQwen.HeadSize(model), shared = heads / TinyQwen.KeyHeads(model);
        int window = model.BiasesAndMean && index >= TinyQwen.FirstWindow ? TinyQwen.Window : int.MaxValue;
        double[][] normed = [.. hidden.Select(row => Norm(row, $"{name}.input_layernorm"))];
        double[][] queries = [.. normed.Select((row, i) => Turn(Heads(row, $"{name}.self_attn.q_proj", $"{name}.self_attn.q_norm"), i))];
        double[][] keys = [.. normed.Select((row, i) =>
            Spread(Turn(Heads(row, $"{name}.self_attn.k_proj", $"{name}.self_attn.k_norm"), i)))];
        double[][] values = [.. normed.Select(row => Spread(Dense(row, $"{name}.self_attn.v_proj")))];
        return [.. hidden.Select((row, i) =>
        {
            double[] context = Attention(queries[i], keys, values, heads, 1 / Math.Sqrt(size), (_, j) =>
                j <= i && i - j < window ? 0 : double.NegativeInfinity);
            double[] attended = Add(row, Dense(context, $"{name}.self_attn.o_proj"));
            double[] read = Norm(attended, $"{name}.post_attention_layernorm");
            double[] up = Dense(read, $"{name}.mlp.up_proj");
            double[] gated = [.. Dense(read, $"{name}.mlp.gate_proj").Select((gate, e) => Activate(HiddenActivation.Silu, gate) * up[e])];
            return Add(attended, Dense(gated, $"{name}.mlp.down_proj"));
        })];

        double[] Spread(double[] row) => [.. row.Chunk(size).SelectMany(head => Enumerable.Repeat(head, shared)).SelectMany(head => head)];

        double[] Turn(double[] row, int position) => Rotate(row, size, position, TinyQwen.RotaryBase);
    }

    /// <summary>Projects to heads, each of which is normalised where the model has a norm for them.</summary>
    private double[] Heads(double[] row, string projection, string norm)
    {
        double[] projected = Dense(row, projection);
        return _tensors.ContainsKey($"{norm}.weight")
            ? [.. projected.Chunk(TinyQwen.HeadSize(model)).SelectMany(head => Norm(head, norm))]
            : projected;
    }

    private double[] Dense(double[] x, string name)
    {
        float[] weight = _tensors[$"{name}.weight"].Values;
        bool hasBias = _tensors.TryGetValue($"{name}.bias", out var bias);
        return Linear(x, weight, hasBias ? bias.Values : new float[weight.Length / x.Length]);
    }

    private double[] Norm(double[] x, string name) => RmsNorm(x, _tensors[$"{name}.weight"].Values, TinyQwen.Epsilon);
}
