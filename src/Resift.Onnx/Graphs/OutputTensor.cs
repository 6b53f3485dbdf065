using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Resift.Onnx.Graphs;

/// <summary>What a graph gave, as long as the run's memory lives.</summary>
internal sealed class OutputTensor
{
    private readonly OrtValue _value;
    private readonly TensorElementType _type;

    public OutputTensor(OrtValue value)
    {
        _value = value;
        var info = value.GetTensorTypeAndShape();
        _type = info.ElementDataType;
        Shape = info.Shape;
    }

    public IReadOnlyList<long> Shape { get; }

    public string ShownShape => $"[{string.Join(", ", Shape.Select(size => size.ToString(CultureInfo.InvariantCulture)))}]";

    /// <summary>Determines whether numbers of a type can be read.</summary>
    public static bool CanRead(TensorElementType type) => type is TensorElementType.Float or TensorElementType.Float16;

    /// <summary>Reads some numbers, widened where they are half as wide.</summary>
    public void Read(long start, Span<float> numbers)
    {
        if (_type == TensorElementType.Float)
        {
            _value.GetTensorDataAsSpan<float>().Slice(checked((int)start), numbers.Length).CopyTo(numbers);
            return;
        }

        var halves = MemoryMarshal.Cast<Float16, Half>(_value.GetTensorDataAsSpan<Float16>().Slice(checked((int)start), numbers.Length));
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = (float)halves[i];
        }
    }
}
