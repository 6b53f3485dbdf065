using System.Text;
using Resift.Local.Configuration;

namespace Resift.Onnx.Graphs;

/// <summary>Finds the files beside a graph that hold its weights, which it may keep out of its own (onnx.proto3).</summary>
internal static class ExternalData
{
    // As deep as other readers of the format go.
    private const int MostLevels = 100;

    /// <summary>The messages on the way to weights.</summary>
    private enum Kind
    {
        Model,
        Graph,
        Node,
        Attribute,
        Tensor,
        Entry,
    }

    /// <summary>Gets the paths of these files, each once, in the order in which the graph names them.</summary>
    /// <exception cref="FileNotFoundException">One of them is missing.</exception>
    /// <exception cref="InvalidDataException">The file is no graph, or names one outside of its folder.</exception>
    public static IReadOnlyList<string> Files(string graph)
    {
        using var stream = RegularFile.Open(graph);
        using var reader = new BinaryReader(new BufferedStream(stream, 65_536), Encoding.UTF8);
        var names = new List<string>();
        try
        {
            Read(reader, stream.Length, Kind.Model, names, 0);
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException)
        {
            throw new InvalidDataException($"{graph} is not an ONNX graph, or cut off; fetch it again.", e);
        }

        return [.. names.Distinct().Select(name => Locate(graph, name))];
    }

    private static string Locate(string graph, string name)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(graph))!;
        string path = Path.GetFullPath(Path.Combine(folder, name));
        if (!path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{graph} keeps weights in '{name}', which is not in its folder; expected a file beside it.");
        }

        return File.Exists(path) ? path : throw new FileNotFoundException(
            $"{graph} keeps weights in the file '{name}', which is missing beside it; fetch it as well.", path);
    }

    private static void Read(BinaryReader reader, long end, Kind kind, List<string> names, int level)
    {
        if (level > MostLevels)
        {
            throw new FormatException("Messages are nested too deeply.");
        }

        string? key = null, value = null;
        while (reader.BaseStream.Position < end)
        {
            var (field, type) = Math.DivRem(reader.Read7BitEncodedInt(), 8);
            long length = type switch
            {
                0 => SkipNumber(reader),
                1 => 8,
                2 => reader.Read7BitEncodedInt64(),
                5 => 4,
                _ => throw new FormatException($"There is no wire type {type}."),
            };
            long next = reader.BaseStream.Position + length;
            if (length < 0 || next > end)
            {
                throw new EndOfStreamException();
            }

            if (type == 2 && Inner(kind, field) is { } inner)
            {
                Read(reader, next, inner, names, level + 1);
            }
            else if (type == 2 && kind == Kind.Entry)
            {
                string text = Encoding.UTF8.GetString(reader.ReadBytes((int)Math.Min(length, 4096)));
                (key, value) = field == 1 ? (text, value) : (key, text);
            }

            reader.BaseStream.Position = next;
        }

        if (kind == Kind.Entry && key == "location" && value is not null)
        {
            names.Add(value);
        }
    }

    private static long SkipNumber(BinaryReader reader)
    {
        reader.Read7BitEncodedInt64();
        return 0;
    }

    private static Kind? Inner(Kind kind, int field) => (kind, field) switch
    {
        (Kind.Model, 7) => Kind.Graph,
        (Kind.Graph, 1) => Kind.Node,
        (Kind.Graph, 5) => Kind.Tensor,
        (Kind.Node, 5) => Kind.Attribute,
        (Kind.Attribute, 5 or 10) => Kind.Tensor,
        (Kind.Attribute, 6 or 11) => Kind.Graph,
        (Kind.Tensor, 13) => Kind.Entry,
        _ => null,
    };
}
