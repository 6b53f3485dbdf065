namespace Resift.Local.Models;

/// <summary>A tensor of a store: where it lies, and whether anybody asked for it.</summary>
/// <param name="file">The file that holds it.</param>
/// <param name="entry">Its description there.</param>
internal sealed class StoredTensor(SafetensorsFile file, TensorEntry entry)
{
    public SafetensorsFile File => file;

    public TensorEntry Entry => entry;

    public bool IsUsed { get; set; }

    /// <summary>Gets the name of the tensor and of its file, as an error message begins.</summary>
    public string Label => $"{file.Path}: tensor '{entry.Name}'";

    public bool HasShape(ReadOnlySpan<int> shape)
    {
        bool same = entry.Shape.Count == shape.Length;
        for (int i = 0; same && i < shape.Length; i++)
        {
            same = entry.Shape[i] == shape[i];
        }

        return same;
    }
}
