using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Resift.Local.Tests.Tokenization;

/// <summary>A tokenizer as Qwen's, with a token for each byte, a few for several, and the control tokens of its chats.</summary>
internal static class ChatTokenizer
{
    /// <summary>What stands around a control token where ids are written out, so that it differs from text that spells it.</summary>
    public const char Mark = '\u0001';

    private const string Pattern =
        """(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+""";

    // The last joins a question mark and the line's end, which shows whether a query and what follows it are encoded as one text.
    private static readonly (string First, string Second)[] _merges = [("n", "o"), ("y", "e"), ("ye", "s"), ("?", "\n")];

    private static readonly string[] _controls = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<think>", "</think>"];

    public const int VocabularySize = 256 + 4 + 5;

    /// <summary>Gets the ids of the answers yes and no.</summary>
    public static (int Yes, int No) YesAndNo => (256 + 2, 256);

    /// <summary>Gets the ids of the answers 1 and 0.</summary>
    public static (int Yes, int No) OneAndZero => ('1', '0');

    /// <summary>Writes <c>tokenizer.json</c>.</summary>
    /// <param name="folder">A folder that exists.</param>
    /// <param name="postProcessor">What stands around texts; null for nothing.</param>
    /// <param name="change">Changes the file before it is written.</param>
    public static void Write(string folder, string postProcessor = "null", Action<JsonObject>? change = null)
    {
        var vocabulary = new JsonObject();
        foreach (string token in (string[])[.. Enumerable.Range(0, 256).Select(value => Letters([(byte)value])), .. Merged()])
        {
            vocabulary[token] = vocabulary.Count;
        }

        var json = new JsonObject
        {
            ["added_tokens"] = new JsonArray([.. _controls.Select((token, i) => new JsonObject
            {
                ["id"] = 256 + _merges.Length + i,
                ["content"] = token,
                ["special"] = true,
            })]),
            ["normalizer"] = new JsonObject { ["type"] = "NFC" },
            ["pre_tokenizer"] = new JsonObject
            {
                ["type"] = "Sequence",
                ["pretokenizers"] = new JsonArray(
                    new JsonObject
                    {
                        ["type"] = "Split",
                        ["pattern"] = new JsonObject { ["Regex"] = Pattern },
                        ["behavior"] = "Isolated",
                        ["invert"] = false,
                    },
                    new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["use_regex"] = false }),
            },
            ["post_processor"] = JsonNode.Parse(postProcessor),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["vocab"] = vocabulary,
                ["merges"] = new JsonArray([.. _merges.Select(merge => JsonValue.Create(
                    $"{Letters(Encoding.UTF8.GetBytes(merge.First))} {Letters(Encoding.UTF8.GetBytes(merge.Second))}"))]),
            },
        };
        change?.Invoke(json);
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), json.ToJsonString(new JsonSerializerOptions()));
    }

    /// <summary>Writes ids out as text, control tokens between marks.</summary>
    public static string Text(IEnumerable<int> ids)
    {
        var bytes = new List<byte>();
        foreach (int id in ids)
        {
            bytes.AddRange(id switch
            {
                < 256 => [(byte)id],
                < 256 + 4 => Encoding.UTF8.GetBytes(_merges[id - 256].First + _merges[id - 256].Second),
                _ => Encoding.UTF8.GetBytes(Marked(_controls[id - 256 - 4])),
            });
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    /// <summary>Puts the marks around the control tokens of a text that stands in a template.</summary>
    public static string WithMarks(string template) =>
        _controls.Aggregate(template, (text, control) => text.Replace(control, Marked(control), StringComparison.Ordinal));

    private static string Marked(string control) => $"{Mark}{control}{Mark}";

    private static IEnumerable<string> Merged() => _merges.Select(merge => Letters(Encoding.UTF8.GetBytes(merge.First + merge.Second)));

    /// <summary>Gets the letters that byte-level BPE writes bytes with: printable ones as they are, the others from U+0100 on.</summary>
    private static string Letters(byte[] bytes) => string.Concat(bytes.Select(value => IsPrintable(value)
        ? (char)value
        : (char)(0x100 + Enumerable.Range(0, value).Count(other => !IsPrintable(other)))));

    private static bool IsPrintable(int value) => value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
}
