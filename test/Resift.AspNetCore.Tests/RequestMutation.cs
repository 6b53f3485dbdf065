using System.Text;
using System.Text.Json.Nodes;

namespace Resift.AspNetCore.Tests;

/// <summary>
/// Damages requests as clients, proxies and attackers do: values of other types and sizes, fields that are missing, strange, twice or from
/// another dialect, and bytes that are flipped, lost or no UTF-8. The same seed gives the same requests.
/// </summary>
internal sealed class RequestMutation(int seed, IList<string> bodies)
{
    // What JSON can say and a text of .NET cannot: these stand in a tree, and are replaced by their bytes.
    private static readonly (string Mark, byte[] Bytes)[] _impossible =
    [
        ("@surrogate@", "\\ud83d"u8.ToArray()), ("@low@", "\\udfff"u8.ToArray()), ("@latin1@", [0xe9]), ("@overlong@", [0xc0, 0xaf]),
        ("@control@", [0x01]), ("@nul@", "\\u0000"u8.ToArray()),
    ];

    private static readonly JsonArray _values = JsonNode.Parse("""
        [
          null, true, false, 0, -0, 1, -1, 2.5, 1e0, 1e999, -1e999, 2147483647, 2147483648, 99999999999999999999, 0.1e-400,
          "", " ", "1", "null", "Left", "right", "base64", "words", "hash", "nobody", "query", "poem", "\u202e\uffff😀",
          "@surrogate@", "@low@", "@latin1@", "@overlong@", "@control@", "@nul@", ["@low@"], {"@surrogate@": 1}, {"@latin1@": 1},
          [], {}, [null], [[]], [{}], [""], [1], [[1, 2], [3]], ["a", 1], ["text"], ["text", "title"],
          {"text": "a"}, {"text": null}, {"text": {"a": [1]}}, {"content": [{"type": "text", "text": "a"}]}
        ]
        """)!.AsArray();

    private static readonly string[] _names =
    [
        "query", "queries", "documents", "texts", "input", "inputs", "model", "top_n", "top_k", "return_documents", "return_text",
        "return_input", "rank_fields", "max_chunks_per_doc", "max_tokens_per_doc", "truncation", "truncate", "truncation_direction",
        "raw_scores", "use_activation", "activation", "truncate_prompt_tokens", "text_1", "text_2", "items", "data_1", "data_2",
        "normalize", "dimensions", "prompt_name", "encoding_format", "user", "priority", "parameters", "", "@surrogate@", "a.b",
    ];

    private readonly Random _random = new(seed);

    /// <summary>Creates the next body.</summary>
    public byte[] Next()
    {
        var root = JsonNode.Parse(Pick(bodies))!;
        for (int left = _random.Next(4); left > 0; left--)
        {
            root = Change(root);
        }

        byte[] bytes = Encoding.UTF8.GetBytes(root.ToJsonString());
        foreach (var (mark, impossible) in _impossible)
        {
            bytes = Replace(bytes, Encoding.UTF8.GetBytes(mark), impossible);
        }

        return _random.Next(4) == 0 ? Damage(bytes) : bytes;
    }

    private static byte[] Replace(byte[] bytes, byte[] from, byte[] to)
    {
        int at;
        while ((at = bytes.AsSpan().IndexOf(from)) >= 0)
        {
            bytes = [.. bytes[..at], .. to, .. bytes[(at + from.Length)..]];
        }

        return bytes;
    }

    private T Pick<T>(IList<T> from) => from[_random.Next(from.Count)];

    private JsonNode? Value() => Pick(_values)?.DeepClone();

    // Changes the tree somewhere: the deeper, the less often.
    private JsonNode Change(JsonNode node)
    {
        switch (node)
        {
            case JsonObject fields when fields.Count > 0 && _random.Next(3) > 0:
                var (name, value) = fields.ElementAt(_random.Next(fields.Count));
                ChangeField(fields, name, value);
                return fields;
            case JsonObject fields:
                fields[Pick(_names)] = Value();
                return fields;
            case JsonArray items when items.Count > 0:
                ChangeItem(items, _random.Next(items.Count));
                return items;
            default:
                return Value() ?? new JsonObject();
        }
    }

    private void ChangeField(JsonObject fields, string name, JsonNode? value)
    {
        switch (_random.Next(5))
        {
            case 0:
                fields.Remove(name);
                break;
            case 1:
                fields.Remove(name);
                fields[Pick(_names)] = value;
                break;
            case 2 when value is JsonObject or JsonArray:
                fields[name] = Change(value.DeepClone());
                break;
            default:
                fields[name] = Value();
                break;
        }
    }

    private void ChangeItem(JsonArray items, int at)
    {
        switch (_random.Next(5))
        {
            case 0:
                items.RemoveAt(at);
                break;
            case 1:
                var copy = items[at];
                for (int count = _random.Next(1, 40); count > 0; count--)
                {
                    items.Add(copy?.DeepClone());
                }

                break;
            case 2 when items[at] is (JsonObject or JsonArray) and { } inner:
                items[at] = Change(inner.DeepClone());
                break;
            default:
                items[at] = Value();
                break;
        }
    }

    private byte[] Damage(byte[] bytes)
    {
        int at = _random.Next(bytes.Length), end = at + _random.Next(bytes.Length - at + 1);
        switch (_random.Next(7))
        {
            case 0:
                return bytes[..at];
            case 1:
                return [.. bytes[..at], .. bytes[end..]];
            case 2:
                return [.. bytes[..end], .. bytes[at..]];
            case 3:
                bytes[at] ^= (byte)(1 << _random.Next(8));
                return bytes;
            case 4:
                return [.. bytes[..at], (byte)_random.Next(256), .. bytes[at..]];
            case 5:
                // A name that comes twice.
                return [(byte)'{', .. Encoding.UTF8.GetBytes($"\"{Pick(_names)}\":1,"), .. bytes[1..]];
            default:
                int depth = _random.Next(1, 200);
                return [.. Encoding.UTF8.GetBytes($"{{\"a\":{new string('[', depth)}{new string(']', depth)},"), .. bytes[1..]];
        }
    }
}
