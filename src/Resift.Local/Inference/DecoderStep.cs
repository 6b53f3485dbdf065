using Resift.Local.Models;

namespace Resift.Local.Inference;

/// <summary>The first step of a decoder: one row for each sequence, from which its first word is told.</summary>
internal sealed unsafe class DecoderStep : IDisposable
{
    private readonly Kernels _kernels;
    private readonly Encoder _encoder;
    private readonly Layer[] _layers;
    private readonly LayerNorm _finalNorm;
    private readonly float[] _start;

    public DecoderStep(
        DecoderLayout layout, EncoderConfig config, WeightStore weights, Kernels kernels, WeightChoice choice, Encoder encoder)
    {
        _kernels = kernels;
        _encoder = encoder;
        _layers = [.. layout.Layers.Select(layer => new Layer(
            new(weights, layer.SelfNorm, config.LayerNormEpsilon, kernels.PanelWidth),
            PackedLinear.Pack(kernels.PanelWidth, weights, layer.SelfValue),
            PackedLinear.Pack(kernels.PanelWidth, weights, layer.SelfOutput),
            new(config, layer.Crossing, isSplit: true, weights, kernels, choice, null, null)))];
        _finalNorm = new(weights, layout.FinalNorm, config.LayerNormEpsilon, kernels.PanelWidth);
        _finalNorm.Scale(layout.OutputFactor);
        var words = config.Architecture.Embeddings(config).Words;

        // With the zeros that norms count on behind it.
        _start = new float[PackedLinear.Align(config.HiddenSize, kernels.PanelWidth)];
        weights.Get(words.Name, words.Shape).ReadRow(layout.Start, _start.AsSpan(0, config.HiddenSize));
    }

    /// <summary>Computes the hidden state that the first word is told from.</summary>
    /// <param name="sequences">How many sequences the encoder has read; the hidden states of their tokens are those it left.</param>
    /// <param name="workspace">The buffers of this thread.</param>
    /// <returns>A row for each sequence.</returns>
    public RowBuffer Run(int sequences, Workspace workspace)
    {
        var (state, context, values) = (workspace.Pooled, workspace.Context, workspace.Projections);
        for (int i = 0; i < sequences; i++)
        {
            _start.CopyTo(new Span<float>(state.Row(i), _start.Length));
        }

        float* lacking = _finalNorm.NoInputBias;
        foreach (var (norm, value, output, crossing) in _layers)
        {
            _kernels.LayerNorm(state.Row(0), state.Stride, sequences, lacking, norm, context.Row(0));
            _kernels.Linear(new(context.Row(0), context.Stride), sequences, value, values.Row(0), values.Stride);
            _kernels.Accumulate(new(values.Row(0), values.Stride), sequences, output, 0, output.Inputs, state.Row(0), state.Stride);
            _encoder.Cross(crossing, output, sequences, workspace);
            lacking = crossing.Down.Bias;
        }

        _kernels.LayerNorm(state.Row(0), state.Stride, sequences, lacking, _finalNorm, state.Row(0));
        return state;
    }

    public void Dispose()
    {
        _finalNorm.Dispose();
        foreach (var (norm, value, output, crossing) in _layers)
        {
            norm.Dispose();
            value.Dispose();
            output.Dispose();
            crossing.Dispose();
        }
    }

    private sealed record Layer(LayerNorm SelfNorm, PackedLinear SelfValue, PackedLinear SelfOutput, EncoderLayer Crossing);
}
