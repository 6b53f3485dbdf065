using Resift.Local.Models;

namespace Resift.Local.Inference;

/// <summary>The relative positions that all layers share: a row of numbers for each, and which row belongs to a distance.</summary>
internal sealed unsafe class RelativePositions : IDisposable
{
    private readonly NativeBuffer _rowOf;
    private readonly int _maxLength;

    public RelativePositions(RelativePositionsLayout layout, EncoderConfig config, WeightStore weights, Kernels kernels)
    {
        var table = weights.Get(layout.Table.Name, layout.Table.Shape);
        Count = table.Rows;
        Rows = new(Count, table.Columns, kernels.PanelWidth);
        for (int i = 0; i < Count; i++)
        {
            table.ReadRow(i, new(Rows.Row(i), table.Columns));
        }

        if (layout.Norm is { } stored)
        {
            using var norm = new LayerNorm(weights, stored, config.LayerNormEpsilon, kernels.PanelWidth);
            kernels.LayerNorm(Rows.Row(0), Rows.Stride, Count, norm.NoInputBias, norm, Rows.Row(0));
        }

        _maxLength = config.MaxPositions;
        _rowOf = new(2L * _maxLength);
        for (int distance = 1 - _maxLength; distance < _maxLength; distance++)
        {
            RowOf[distance] = layout.RowOf(distance);
        }
    }

    /// <summary>Gets how many there are.</summary>
    public int Count { get; }

    public RowBuffer Rows { get; }

    /// <summary>Gets the row of the distance 0; those of others, the query's position less the key's, lie around it.</summary>
    public int* RowOf => (int*)_rowOf.Pointer + _maxLength;

    public void Dispose()
    {
        _rowOf.Dispose();
        Rows.Dispose();
    }
}
