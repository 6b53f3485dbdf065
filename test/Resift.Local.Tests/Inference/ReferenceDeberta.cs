using Resift.Local.Tests.Models;

namespace Resift.Local.Tests.Inference;

/// <summary>DeBERTa: queries and keys are also compared with the embedding of their distance.</summary>
internal sealed class ReferenceDeberta(TinyModel model) : ReferenceEncoder(model)
{
    private readonly Dictionary<(string Projection, int Row), double[]> _projected = [];

    protected override double Factor =>
        1 / Math.Sqrt(Model.HiddenSize / Model.Heads * (1.0 + Model.Deberta.Comparisons.Split('|').Length));

    protected override double Bias(string layer, int head, int i, int j, double[][] queries, double[][] keys)
    {
        var settings = Model.Deberta;
        if (!settings.IsRelative)
        {
            return 0;
        }

        int span = settings.Span(Model), row = Math.Clamp(Bucket(i - j) + span, 0, (2 * span) - 1);
        string attention = $"{layer}.attention.self.";
        double sum = 0;
        if (settings.Comparisons.Contains("c2p", StringComparison.Ordinal))
        {
            sum += Product(queries[i], Projected(settings.SharesProjections ? $"{attention}key" : $"{attention}pos_key_proj", row), head);
        }

        if (settings.Comparisons.Contains("p2c", StringComparison.Ordinal))
        {
            sum += Product(
                keys[j], Projected(settings.SharesProjections ? $"{attention}query" : $"{attention}pos_query_proj", row), head);
        }

        return Factor * sum;
    }

    /// <summary>
    /// Half of the buckets hold one distance each; of the others, the k-th reaches to half · c^(k/(half − 1)), so that the last one ends
    /// with the largest distance that counts.
    /// </summary>
    private int Bucket(int distance)
    {
        int half = Model.Deberta.Buckets / 2, length = Math.Abs(distance);
        if (Model.Deberta.Buckets == 0 || length <= half)
        {
            return distance;
        }

        double growth = (Model.Deberta.MaxDistanceOf(Model) - 1) / (double)half;
        int k = 1;
        while (half * Math.Pow(growth, k / (half - 1.0)) < length - 1e-4)
        {
            k++;
        }

        return Math.Sign(distance) * (half + k);
    }

    private double[] Projected(string projection, int row)
    {
        if (!_projected.TryGetValue((projection, row), out var projected))
        {
            double[] position = Row("encoder.rel_embeddings.weight", row);
            projected = Dense(Model.Deberta.Norms ? Norm(position, "encoder.LayerNorm") : position, projection);
            _projected.Add((projection, row), projected);
        }

        return projected;
    }

    private double Product(double[] left, double[] right, int head)
    {
        int size = Model.HiddenSize / Model.Heads;
        return Enumerable.Range(head * size, size).Sum(e => left[e] * right[e]);
    }
}
