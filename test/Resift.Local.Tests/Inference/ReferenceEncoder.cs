using Resift.Local.Models;
using Resift.Local.Tests.Models;
using static Resift.Local.Tests.Inference.ReferenceMath;

namespace Resift.Local.Tests.Inference;

/// <summary>The models whose layers are BERT's.</summary>
internal class ReferenceEncoder(TinyModel model) : ReferenceModel
{
    private readonly IReadOnlyDictionary<string, (int[] Shape, float[] Values)> _tensors = model.Tensors();

    protected TinyModel Model => model;

    /// <summary>Gets what scores are multiplied with.</summary>
    protected virtual double Factor => 1 / Math.Sqrt(model.HiddenSize / model.Heads);

    /// <inheritdoc />
    public override double[][] Hidden(int[] ids, int firstSegmentLength)
    {
        double[][] hidden = [.. ids.Select((id, i) => Embed(id, Position(ids, i), i < firstSegmentLength ? 0 : 1))];
        for (int i = 0; i < model.Layers; i++)
        {
            hidden = Layer(hidden, $"encoder.layer.{i}");
        }

        return hidden;
    }

    /// <inheritdoc />
    public override double[] Logits(double[][] hidden)
    {
        var activation = model.ModelType switch
        {
            "electra" or "deberta-v2" => HiddenActivation.Gelu,
            "distilbert" => HiddenActivation.Relu,
            _ => HiddenActivation.Tanh,
        };
        return Dense([.. Dense(hidden[0], "head.dense").Select(value => Activate(activation, value))], "head.classifier");
    }

    /// <summary>Gets what is added to the score of a query with a key.</summary>
    /// <remarks>
    /// MPNet adds a number by the distance of key and query: distances to 7 have one each, those to 11, 15, 22, 31, 45, 63, 90 and all
    /// others share one, and keys behind the query have sixteen of their own.
    /// </remarks>
    protected virtual double Bias(string layer, int head, int i, int j, double[][] queries, double[][] keys)
    {
        if (model.ModelType != "mpnet")
        {
            return 0;
        }

        int[] wide = [8, 12, 16, 23, 32, 46, 64, 91];
        int length = Math.Abs(j - i);
        int bucket = length < 8 ? length : 7 + wide.Count(start => start <= length);
        return _tensors["encoder.relative_attention_bias.weight"].Values[((bucket + (j > i ? 16 : 0)) * model.Heads) + head];
    }

    /// <summary>Computes the feed-forward part with its residual and normalisation.</summary>
    protected virtual double[] FeedForward(double[] x, string name)
    {
        double[] inner = [.. Dense(x, $"{name}.intermediate.dense").Select(value => Activate(HiddenActivation.Gelu, value))];
        return Norm(Add(x, Dense(inner, $"{name}.output.dense")), $"{name}.output.LayerNorm");
    }

    protected double[] Dense(double[] x, string name)
    {
        float[] weight = _tensors[$"{name}.weight"].Values;
        return Linear(x, weight, _tensors.TryGetValue($"{name}.bias", out var bias) ? bias.Values : new float[weight.Length / x.Length]);
    }

    protected double[] Norm(double[] x, string name) =>
        LayerNorm(x, _tensors[$"{name}.weight"].Values, _tensors[$"{name}.bias"].Values);

    protected double[] Row(string table, int index)
    {
        var (shape, values) = _tensors[table];
        return [.. values.Skip(index * shape[1]).Take(shape[1]).Select(value => (double)value)];
    }

    /// <summary>RoBERTa and MPNet count tokens from 2 on, and padding, whose id is 1, has the position 1.</summary>
    private int Position(int[] ids, int index) =>
        model.ModelType is not ("roberta" or "mpnet") ? index : ids[index] == 1 ? 1 : 1 + ids.Take(index + 1).Count(id => id != 1);

    private double[] Embed(int id, int position, int type)
    {
        double[] sum = Row("embeddings.word_embeddings.weight", id);
        if (_tensors.ContainsKey("embeddings.position_embeddings.weight"))
        {
            sum = Add(sum, Row("embeddings.position_embeddings.weight", position));
        }

        if (_tensors.TryGetValue("embeddings.token_type_embeddings.weight", out var types))
        {
            sum = Add(sum, Row("embeddings.token_type_embeddings.weight", Math.Min(type, types.Shape[0] - 1)));
        }

        double[] embedded = Norm(sum, "embeddings.LayerNorm");
        return _tensors.ContainsKey("embeddings_project.weight") ? Dense(embedded, "embeddings_project") : embedded;
    }

    private double[][] Layer(double[][] hidden, string name)
    {
        double[][] queries = [.. hidden.Select(row => Dense(row, $"{name}.attention.self.query"))];
        double[][] keys = [.. hidden.Select(row => Dense(row, $"{name}.attention.self.key"))];
        double[][] values = [.. hidden.Select(row => Dense(row, $"{name}.attention.self.value"))];
        return [.. hidden.Select((row, i) =>
        {
            double[] context = Attention(queries[i], keys, values, model.Heads, Factor, (head, j) => Bias(name, head, i, j, queries, keys));
            double[] attended = Norm(Add(row, Dense(context, $"{name}.attention.output.dense")), $"{name}.attention.output.LayerNorm");
            return FeedForward(attended, name);
        })];
    }
}
