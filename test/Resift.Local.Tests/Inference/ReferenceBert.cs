using Resift.Local.Models;
using Resift.Local.Tests.Models;
using static Resift.Local.Tests.Inference.ReferenceMath;

namespace Resift.Local.Tests.Inference;

/// <summary>The forward pass of a <see cref="TinyModel"/> in double precision, written after the papers and not after the engine.</summary>
internal sealed class ReferenceBert(TinyModel model)
{
    private readonly IReadOnlyDictionary<string, (int[] Shape, float[] Values)> _tensors = model.Tensors();

    private bool IsElectra => model.ModelType == "electra";

    /// <summary>Computes the last hidden state of every token.</summary>
    public double[][] Hidden(int[] ids, int firstSegmentLength)
    {
        double[][] hidden = [.. ids.Select((id, position) => Embed(id, position, position < firstSegmentLength ? 0 : 1))];
        for (int i = 0; i < model.Layers; i++)
        {
            hidden = Layer(hidden, $"encoder.layer.{i}");
        }

        return hidden;
    }

    /// <summary>Computes the logits of the classification head from the last hidden state.</summary>
    public double[] Logits(double[][] hidden)
    {
        var (dense, classifier, activation) = IsElectra
            ? ("classifier.dense", "classifier.out_proj", HiddenActivation.Gelu)
            : ("pooler.dense", "classifier", HiddenActivation.Tanh);
        double[] first = Dense(hidden[0], dense);
        return Dense([.. first.Select(value => Activate(activation, value))], classifier);
    }

    private double[] Embed(int id, int position, int type)
    {
        double[] sum = Add(Add(Row("word", id), Row("position", position)), Row("token_type", type));
        double[] embedded = Norm(sum, "embeddings");
        return _tensors.ContainsKey("embeddings_project.weight") ? Dense(embedded, "embeddings_project") : embedded;
    }

    private double[] Row(string table, int index)
    {
        var (shape, values) = _tensors[$"embeddings.{table}_embeddings.weight"];
        return [.. values.Skip(index * shape[1]).Take(shape[1]).Select(value => (double)value)];
    }

    private double[][] Layer(double[][] hidden, string name)
    {
        double[][] queries = [.. hidden.Select(row => Dense(row, $"{name}.attention.self.query"))];
        double[][] keys = [.. hidden.Select(row => Dense(row, $"{name}.attention.self.key"))];
        double[][] values = [.. hidden.Select(row => Dense(row, $"{name}.attention.self.value"))];
        double factor = 1 / Math.Sqrt(model.HiddenSize / model.Heads);
        return [.. hidden.Select((row, i) =>
        {
            double[] context = Attention(queries[i], keys, values, model.Heads, factor);
            double[] attended = Norm(Add(row, Dense(context, $"{name}.attention.output.dense")), $"{name}.attention.output");
            double[] inner = [.. Dense(attended, $"{name}.intermediate.dense").Select(value => Activate(HiddenActivation.Gelu, value))];
            return Norm(Add(attended, Dense(inner, $"{name}.output.dense")), $"{name}.output");
        })];
    }

    private double[] Dense(double[] x, string name) => Linear(x, _tensors[$"{name}.weight"].Values, _tensors[$"{name}.bias"].Values);

    private double[] Norm(double[] x, string name) =>
        LayerNorm(x, _tensors[$"{name}.LayerNorm.weight"].Values, _tensors[$"{name}.LayerNorm.bias"].Values);
}
