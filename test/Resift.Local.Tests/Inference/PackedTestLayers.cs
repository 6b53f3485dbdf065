using Resift.Local.Inference;
using Resift.Local.Models;
using Resift.Local.Tests.Models;

namespace Resift.Local.Tests.Inference;

/// <summary>Random parameters of a linear layer and a layer norm, as the test knows them and as the kernels read them.</summary>
internal sealed class PackedTestLayers : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly WeightStore _weights;

    public PackedTestLayers(int inputs, int outputs, int panelWidth, int seed = 3, WeightChoice choice = default, float factor = 1)
    {
        Weight = Values.Random(inputs * outputs, seed, MathF.Sqrt(3f / inputs));
        Bias = Values.Random(outputs, seed + 1, 0.5f);
        Gain = Values.Random(outputs, seed + 2, 1);
        SafetensorsWriter.Write(
            _folder.File("model.safetensors"),
            TensorData.F32("weight", [outputs, inputs], Weight),
            TensorData.F32("bias", [outputs], Bias),
            TensorData.F32("gain", [outputs], Gain));
        _weights = WeightStore.Open(_folder.Path);
        var bias = _weights.Get("bias", outputs);
        Linear = PackedLinear.Pack(
            panelWidth, choice, new LinearPart(_weights.Get("weight", outputs, inputs), bias, 0, outputs, factor));
        Norm = new(_weights.Get("gain", outputs), bias, 1e-12f, panelWidth);
    }

    public float[] Weight { get; }

    public float[] Bias { get; }

    public float[] Gain { get; }

    public PackedLinear Linear { get; }

    public LayerNorm Norm { get; }

    public void Dispose()
    {
        Linear.Dispose();
        Norm.Dispose();
        _weights.Dispose();
        _folder.Dispose();
    }
}
