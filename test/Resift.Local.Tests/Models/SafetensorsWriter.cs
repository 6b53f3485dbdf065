using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace Resift.Local.Tests.Models;

/// <summary>Writes safetensors files, sound ones and others.</summary>
internal static class SafetensorsWriter
{
    public static void Write(string path, params IEnumerable<TensorData> tensors)
    {
        var (header, data) = Layout(tensors);
        WriteRaw(path, header.ToJsonString(), data);
    }

    /// <summary>Gives the header and the data section of a sound file, to be changed by a test.</summary>
    public static (JsonObject Header, byte[] Data) Layout(params IEnumerable<TensorData> tensors)
    {
        var header = new JsonObject { ["__metadata__"] = new JsonObject { ["format"] = "pt" } };
        var data = new List<byte>();
        foreach (var tensor in tensors)
        {
            header[tensor.Name] = new JsonObject
            {
                ["dtype"] = tensor.Dtype,
                ["shape"] = new JsonArray([.. tensor.Shape.Select(size => JsonValue.Create(size))]),
                ["data_offsets"] = new JsonArray(data.Count, data.Count + tensor.Bytes.Length),
            };
            data.AddRange(tensor.Bytes);
        }

        return (header, [.. data]);
    }

    public static void WriteRaw(string path, string header, ReadOnlySpan<byte> data) =>
        WriteRaw(path, Encoding.UTF8.GetBytes(header), data);

    public static void WriteRaw(string path, byte[] header, ReadOnlySpan<byte> data)
    {
        byte[] length = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        File.WriteAllBytes(path, [.. length, .. header, .. data]);
    }
}
