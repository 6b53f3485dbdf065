namespace Resift.Local.Models;

/// <summary>A tensor of a store: where it lies.</summary>
/// <param name="File">The file that holds it.</param>
/// <param name="Entry">Its description there.</param>
internal sealed record StoredTensor(SafetensorsFile File, TensorEntry Entry)
{
    /// <summary>Gets the name of the tensor and of its file, as an error message begins.</summary>
    public string Label => $"{File.Path}: tensor '{Entry.Name}'";

    public bool HasShape(ReadOnlySpan<int> shape)
    {
        bool same = Entry.Shape.Count == shape.Length;
        for (int i = 0; same && i < shape.Length; i++)
        {
            same = Entry.Shape[i] == shape[i];
        }

        return same;
    }
}
