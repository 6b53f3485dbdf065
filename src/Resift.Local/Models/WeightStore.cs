using System.Runtime.InteropServices;
using Resift.Local.Configuration;

namespace Resift.Local.Models;

/// <summary>The weights of a model: one <c>model.safetensors</c>, or the shards of its index, mapped into memory.</summary>
/// <remarks>
/// Tensors have their canonical names (<see cref="TensorName.Canonical"/>). They are read straight from the mapping, so the store must
/// outlive the reading of its tensors. Safe for concurrent use, disposal excepted. See <see cref="MappedFile"/> for what happens when a
/// file is shortened by somebody else.
/// </remarks>
internal sealed class WeightStore : IDisposable
{
    private const string FileName = "model.safetensors";

    private readonly IReadOnlyList<SafetensorsFile> _files;
    private readonly Dictionary<string, StoredTensor> _tensors = new(StringComparer.Ordinal);

    private WeightStore(IReadOnlyList<SafetensorsFile> files)
    {
        _files = files;
        foreach (var file in files)
        {
            foreach (var entry in file.Entries)
            {
                string name = TensorName.Canonical(entry.Name);
                if (!_tensors.TryAdd(name, new(file, entry)))
                {
                    throw new InvalidDataException($"{file.Path}: tensor '{entry.Name}' is there twice, also as " +
                        $"'{_tensors[name].Entry.Name}'.");
                }
            }
        }
    }

    /// <summary>Gets the canonical names of all tensors.</summary>
    public IReadOnlyCollection<string> Names => _tensors.Keys;

    /// <summary>Gets the names of the tensors that hold parameters, in ordinal order: neither known constants nor scales.</summary>
    public IReadOnlyList<string> WeightNames => [.. Weights().Select(tensor => tensor.Key).Order(StringComparer.Ordinal)];

    /// <summary>Gets the paths of the files that hold the tensors.</summary>
    public IEnumerable<string> Paths => _files.Select(file => file.Path);

    /// <summary>Gets the number of parameters; scales of int8 rows do not count.</summary>
    public long Parameters => Weights().Sum(tensor => tensor.Value.Entry.Elements);

    /// <summary>Gets the element type of most parameters, such as <c>F32</c> or <c>I8 (int8-per-row)</c>.</summary>
    public string Storage => MostUsedDtype switch
    {
        "I8" => "I8 (int8-per-row)",
        var dtype => dtype ?? "none",
    };

    /// <summary>Gets what most parameters are stored as.</summary>
    public LocalWeightType Type => MostUsedDtype switch
    {
        "I8" => LocalWeightType.Int8,
        "F16" => LocalWeightType.Half,
        "BF16" => LocalWeightType.BFloat16,
        _ => LocalWeightType.Single,
    };

    private string? MostUsedDtype => Weights().GroupBy(tensor => tensor.Value.Entry.Dtype, tensor => tensor.Value.Entry.Elements)
        .MaxBy(group => group.Sum())?.Key;

    public static WeightStore Open(string folder)
    {
        ModelFolder.ThrowIfMissing(folder);
        var files = OpenFiles(folder);
        try
        {
            return new(files);
        }
        catch
        {
            DisposeAll(files);
            throw;
        }
    }

    public bool Contains(string name) => _tensors.ContainsKey(name);

    /// <summary>Gets a tensor whose values are known to be finite.</summary>
    /// <param name="name">Its canonical name.</param>
    /// <param name="shape">The shape that it must have.</param>
    public WeightTensor Get(string name, params ReadOnlySpan<int> shape)
    {
        var stored = Require(name);
        if (!stored.HasShape(shape))
        {
            throw new InvalidDataException(
                $"{stored.Label} has the shape {stored.Entry.ShownShape}, expected [{string.Join(", ", shape.ToArray())}].");
        }

        return WeightTensor.Create(stored, ScalesOf(name, stored));
    }

    /// <summary>Names a tensor and its file, as an error message begins.</summary>
    public string Label(string name) => _tensors[name].Label;

    /// <summary>Reads a vector of numbers, whole ones or others, such as beside weights say where they belong.</summary>
    /// <param name="name">Its canonical name.</param>
    /// <param name="count">How many numbers it must have.</param>
    /// <exception cref="InvalidDataException">It has another shape, or a number that is not finite.</exception>
    /// <exception cref="NotSupportedException">It is of a type that is not read here.</exception>
    public double[] ReadNumbers(string name, int count)
    {
        var stored = _tensors[name];
        if (!stored.HasShape([count]))
        {
            throw new InvalidDataException(
                $"{stored.Label} has the shape {stored.Entry.ShownShape}, expected [{count}], one for each token.");
        }

        var bytes = stored.File.Bytes(stored.Entry, 0, checked((int)(stored.Entry.End - stored.Entry.Begin)));
        double[] numbers = stored.Entry.Dtype switch
        {
            "F64" => MemoryMarshal.Cast<byte, double>(bytes).ToArray(),
            "F32" => Array.ConvertAll(MemoryMarshal.Cast<byte, float>(bytes).ToArray(), number => (double)number),
            "F16" => Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(bytes).ToArray(), number => (double)number),
            "I64" => Array.ConvertAll(MemoryMarshal.Cast<byte, long>(bytes).ToArray(), number => (double)number),
            "I32" => Array.ConvertAll(MemoryMarshal.Cast<byte, int>(bytes).ToArray(), number => (double)number),
            var other => throw new NotSupportedException($"{stored.Label} is {other}; supported: F64, F32, F16, I64, I32."),
        };
        int infinite = Array.FindIndex(numbers, number => !double.IsFinite(number));
        return infinite < 0 ? numbers : throw new InvalidDataException(
            $"{stored.Label} holds NaN or infinity at index {infinite}. The file is damaged, or what wrote it failed.");
    }

    /// <summary>Finds a tensor that must be there, with an element type that can be read.</summary>
    public StoredTensor Require(string name)
    {
        if (!_tensors.TryGetValue(name, out var stored))
        {
            string nearest = TensorName.Nearest(name, _tensors.Keys) is { } found ? $"; the nearest name is '{found}'" : "";
            throw new InvalidDataException(
                $"{_files[0].Path}: tensor '{name}' is missing among {_tensors.Count} tensors{nearest}. Config and weights do not " +
                "belong together.");
        }

        if (stored.Entry.Dtype is not ("F32" or "F16" or "BF16" or "I8"))
        {
            throw new NotSupportedException(
                $"{stored.Label} is {stored.Entry.Dtype}, a floating-point type was expected; supported: F32, F16, BF16, and I8 with " +
                "scales.");
        }

        ScalesOf(name, stored);
        return stored;
    }

    public void Dispose() => DisposeAll(_files);

    private StoredTensor? ScalesOf(string name, StoredTensor stored)
    {
        if (stored.Entry.Dtype != "I8")
        {
            return null;
        }

        if (!_tensors.TryGetValue(TensorName.Scale(name), out var scales))
        {
            throw new InvalidDataException(
                $"{stored.Label} is I8, but there is no '{TensorName.Scale(stored.Entry.Name)}' with the scale of each row.");
        }

        var shape = stored.Entry.Shape;
        return shape.Count == 2 && scales.Entry is { Dtype: "F32", Shape: [var rows] } && rows == shape[0]
            ? scales
            : throw new InvalidDataException($"{scales.Label} is {scales.Entry.Dtype} {scales.Entry.ShownShape}; expected one F32 " +
                $"scale for each row of '{stored.Entry.Name}', whose shape is {stored.Entry.ShownShape}.");
    }

    private IEnumerable<KeyValuePair<string, StoredTensor>> Weights() =>
        _tensors.Where(tensor => !TensorName.IsBuffer(tensor.Key) && !IsScale(tensor.Key));

    private bool IsScale(string name)
    {
        string suffix = TensorName.Scale("");
        return name.EndsWith(suffix, StringComparison.Ordinal) && _tensors.ContainsKey(name[..^suffix.Length]);
    }

    private static IReadOnlyList<SafetensorsFile> OpenFiles(string folder)
    {
        if (ModelFolder.Find(folder, FileName) is { } single)
        {
            return [SafetensorsFile.Open(single)];
        }

        if (ModelFolder.Find(folder, ShardIndex.FileName) is not null)
        {
            return ShardIndex.Open(folder);
        }

        ModelFolder.ThrowIfGguf(folder);
        string[] pickles = ["*.bin", "*.pt", "*.pth", "*.ckpt"];
        throw pickles.Any(pattern => Directory.EnumerateFiles(folder, pattern).Any())
            ? new NotSupportedException($"'{folder}' holds only a pickle checkpoint, no {FileName}; pickles can run code and are not " +
                $"read: convert it to safetensors ({ModelFolder.Found(folder)}).")
            : new FileNotFoundException(
                $"No {FileName} and no {ShardIndex.FileName} in '{folder}'; {ModelFolder.Found(folder)}.", Path.Combine(folder, FileName));
    }

    private static void DisposeAll(IReadOnlyList<SafetensorsFile> files)
    {
        foreach (var file in files)
        {
            file.Dispose();
        }
    }
}
