using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using Resift.Local.Models;

namespace Resift.Local.Tests.Models;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>Faults of a header whose file has the tensors a, b [4] and c [2, 2], 16 bytes each.</summary>
    public static TheoryData<string, Action<JsonObject>, string> HeaderFaults => new()
    {
        { "overlap", header => header["b"]!["data_offsets"] = new JsonArray(8, 24), "the tensors 'a' and 'b' overlap at bytes 8..16" },
        { "behind the end", header => header["c"]!["data_offsets"] = new JsonArray(40, 56), "'c' ends at byte 56, but the data section " +
            "has 48" },
        { "hole", header => header.Remove("b"), "the bytes 16..32 before tensor 'c' belong to no tensor" },
        { "trailing bytes", header => header.Remove("c"), "16 bytes lie behind the last tensor" },
        { "reversed", header => header["b"]!["data_offsets"] = new JsonArray(32, 16), "offsets [32, 16], which end before they begin" },
        { "negative offset", header => header["b"]!["data_offsets"] = new JsonArray(-16, 0), "'b' has the negative offset -16" },
        { "size", header => header["c"]!["shape"] = new JsonArray(2, 3), "shape [2, 3] of F32 needs 24 bytes, but its offsets span 16" },
        { "overflow", header => header["c"]!["shape"] = new JsonArray(1L << 33, 1L << 33), "overflows" },
        { "beyond 64 bits", header => header["c"]!["shape"] = new JsonArray(1e30), "shape must be a list of whole numbers" },
        { "fraction", header => header["c"]!["shape"] = new JsonArray(1.5), "shape must be a list of whole numbers" },
        { "negative dimension", header => header["c"]!["shape"] = new JsonArray(-2, -2), "a negative dimension in its shape [-2, -2]" },
        { "shape of text", header => header["c"]!["shape"] = "4", "shape must be a list of whole numbers" },
        { "no dtype", header => header["c"]!.AsObject().Remove("dtype"), "'c' must have a dtype, a shape and two data_offsets" },
        { "one offset", header => header["c"]!["data_offsets"] = new JsonArray(32), "'c' must have a dtype, a shape and two data_offsets" },
        { "number for a tensor", header => header["c"] = 4, "'c' must be described by a JSON object, found a number" },
    };

    /// <summary>Headers that are no JSON object of tensors.</summary>
    public static TheoryData<string, string> Headers => new()
    {
        { "[]", "must be a JSON object of tensors, found an array" },
        { "{\"a\"", "the header is not valid JSON at byte" },
        { "{} {}", "the header is not valid JSON at byte" },
        { "", "the header is not valid JSON at byte" },
        { "{\"\\ud800\": {}}", "the header is not valid JSON at byte" },
        { "{\"a\": {\"dtype\": \"F32\", \"shape\": [0], \"data_offsets\": [0, 0]}, \"a\": {\"dtype\": \"F32\", \"shape\": [0], " +
            "\"data_offsets\": [0, 0]}}", "the tensor name 'a' occurs twice" },
    };

    /// <summary>Files that are something else, or a part of one.</summary>
    public static TheoryData<byte[], string> Files => new()
    {
        { [], "the file is empty" },
        { [1, 2, 3], "the file has 3 bytes" },
        { Length(ulong.MaxValue), "the header length 18446744073709551615 is not plausible" },
        { Length(100_000_001), "the header length 100000001 is not plausible" },
        { Length(100_000_000), "the header length 100000000 exceeds the file size 8" },
        { "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 90868376\n"u8.ToArray(), "is a Git LFS pointer of 71 bytes" },
        { "\n<html><body>Not found</body></html>"u8.ToArray(), "the download returned a web page" },
        { [0x80, 2, .. "}q\0protocol_version"u8], "starts with '..}q.protocol_ve' and is not safetensors" },
    };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_SoundFile_ListsTensors()
    {
        string path = Write(header: null);

        using var file = SafetensorsFile.Open(path);

        Assert.Equal(["a", "b", "c"], file.Entries.Select(entry => entry.Name));
        Assert.Equal([2L, 2L], file.Entries[2].Shape);
        Assert.Equal(32, file.Entries[2].Begin);
        Assert.Equal(sizeof(float) * 4, file.Bytes(file.Entries[2], 0, 16).Length);
    }

    [Theory]
    [MemberData(nameof(HeaderFaults))]
    public void Open_ContradictoryHeader_Throws(string fault, Action<JsonObject> change, string message)
    {
        string path = Write(change);

        var error = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(path));

        Assert.True(error.Message.StartsWith(path, StringComparison.Ordinal), fault);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Headers))]
    public void Open_HeaderOfAnotherKind_Throws(string header, string message)
    {
        SafetensorsWriter.WriteRaw(_folder.File("x.safetensors"), header, []);

        var error = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(_folder.File("x.safetensors")));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_HeaderNotUtf8_Throws()
    {
        SafetensorsWriter.WriteRaw(_folder.File("x.safetensors"), [(byte)'{', (byte)'"', 0xFF, (byte)'"', (byte)'}'], []);

        var error = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(_folder.File("x.safetensors")));

        Assert.Contains("not valid UTF-8", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Open_NotSafetensors_SaysWhatItIs(byte[] content, string message)
    {
        File.WriteAllBytes(_folder.File("x.safetensors"), content);

        var error = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(_folder.File("x.safetensors")));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_UnknownDtype_IsNotSupported()
    {
        string path = Write(header => header["a"]!["dtype"] = "F7");

        var error = Assert.Throws<NotSupportedException>(() => SafetensorsFile.Open(path));

        Assert.Contains("unknown dtype 'F7'; supported: F32", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_CutAnywhere_ThrowsInvalidData()
    {
        byte[] whole = File.ReadAllBytes(Write(header: null));
        string path = _folder.File("cut.safetensors");
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);

            Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(path));
        }
    }

    [Fact]
    public void Open_AnyByteOfHeaderChanged_LoadsOrThrowsAStatedException()
    {
        byte[] whole = File.ReadAllBytes(Write(header: null));
        string path = _folder.File("changed.safetensors");
        var random = new Random(7);
        int header = (int)BinaryPrimitives.ReadUInt64LittleEndian(whole);
        for (int i = 0; i < sizeof(ulong) + header; i++)
        {
            byte[] changed = [.. whole];
            changed[i] ^= (byte)random.Next(1, 256);
            File.WriteAllBytes(path, changed);

            var error = Record.Exception(() => SafetensorsFile.Open(path).Dispose());

            Assert.True(error is null or InvalidDataException or NotSupportedException, $"byte {i}: {error}");
        }
    }

    [Fact]
    public void Bytes_AfterDispose_Throws()
    {
        var file = SafetensorsFile.Open(Write(header: null));
        file.Dispose();

        Assert.Throws<ObjectDisposedException>(() => file.Bytes(file.Entries[0], 0, 4).Length);
    }

    private static byte[] Length(ulong length)
    {
        byte[] bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        return bytes;
    }

    private string Write(Action<JsonObject>? header)
    {
        float[] values = [1, 2, 3, 4];
        var (json, data) = SafetensorsWriter.Layout(
            TensorData.F32("a", [4], values), TensorData.F32("b", [4], values), TensorData.F32("c", [2, 2], values));
        header?.Invoke(json);
        string path = _folder.File("x.safetensors");
        SafetensorsWriter.WriteRaw(path, Encoding.UTF8.GetBytes(json.ToJsonString()), data);
        return path;
    }
}
