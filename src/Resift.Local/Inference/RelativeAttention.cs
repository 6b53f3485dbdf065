using Resift.Local.Models;

namespace Resift.Local.Inference;

/// <summary>
/// The relative positions as keys and queries of one layer (disentangled attention, He et al. 2020). They depend on no text, so they are
/// projected once, and lie in panels for each head: [head][panel][size][panel width].
/// </summary>
internal sealed unsafe class RelativeAttention : IDisposable
{
    private readonly RelativePositions _positions;
    private readonly NativeBuffer? _keys;
    private readonly NativeBuffer? _queries;
    private readonly long _perHead;

    /// <summary>Projects the positions.</summary>
    /// <param name="positions">The positions.</param>
    /// <param name="layout">The projections.</param>
    /// <param name="factor">What queries are multiplied with.</param>
    /// <param name="weights">The model's weights.</param>
    /// <param name="heads">The number of heads.</param>
    /// <param name="kernels">The kernels that will read them.</param>
    public RelativeAttention(
        RelativePositions positions, RelativeLayout layout, float factor, WeightStore weights, int heads, Kernels kernels)
    {
        _positions = positions;
        HeadSize = (layout.Key ?? layout.Query)!.Output.Size / heads;
        _perHead = (long)PackedLinear.Align(positions.Count, kernels.PanelWidth) * HeadSize;
        _keys = Project(layout.Key, 1);
        _queries = Project(layout.Query, factor);

        NativeBuffer? Project(DenseLayout? dense, float factor)
        {
            if (dense is null)
            {
                return null;
            }

            using var linear = PackedLinear.Pack(kernels.PanelWidth, PackedLinear.Part(weights, dense, factor));
            using var rows = new RowBuffer(positions.Count, linear.Outputs, kernels.PanelWidth);
            kernels.Linear(new(positions.Rows.Row(0), positions.Rows.Stride), positions.Count, linear, rows.Row(0), rows.Stride);
            var panels = new NativeBuffer(heads * _perHead);
            for (int head = 0; head < heads; head++)
            {
                kernels.PackColumns(
                    rows.Row(0) + (head * HeadSize), rows.Stride, positions.Count, HeadSize, panels.Pointer + (head * _perHead));
            }

            return panels;
        }
    }

    /// <summary>Gets the numbers of a head.</summary>
    public int HeadSize { get; }

    /// <summary>Gets the row of the distance 0; those of others, the query's position less the key's, lie around it.</summary>
    public int* RowOf => _positions.RowOf;

    /// <summary>Gets the positions as keys of a head; null where queries are not compared with them.</summary>
    public float* Keys(int head) => _keys is null ? null : _keys.Pointer + (head * _perHead);

    /// <summary>Gets the positions as queries of a head; null where keys are not compared with them.</summary>
    public float* Queries(int head) => _queries is null ? null : _queries.Pointer + (head * _perHead);

    /// <summary>Gets the distance between rows of products with the positions that a sequence can have.</summary>
    public nint Stride(int length, int panelWidth) =>
        Math.Min(PackedLinear.Align(_positions.Count, panelWidth), PackedLinear.Align(2 * length, panelWidth) + panelWidth) + panelWidth;

    /// <summary>Gets how many floats the products of a head take for sequences of up to some length.</summary>
    public long Scratch(int length, int panelWidth) =>
        ((long)PackedLinear.Align(length, Kernels.TileRows) + Kernels.TileRows) * Stride(length, panelWidth);

    public void Dispose()
    {
        _keys?.Dispose();
        _queries?.Dispose();
    }
}
