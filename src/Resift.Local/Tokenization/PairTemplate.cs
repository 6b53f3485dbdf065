using System.Text.Json;

namespace Resift.Local.Tokenization;

/// <summary>Reads which special tokens a <c>tokenizer.json</c> puts around texts, and makes sure that it does so as BERT does.</summary>
internal static class PairTemplate
{
    /// <summary>Gives the first and the separating token.</summary>
    /// <exception cref="NotSupportedException">A pair is not <c>[CLS] A [SEP] B [SEP]</c> with the types 0 0 0 1 1.</exception>
    public static (string Cls, string Sep) Read(JsonElement postProcessor, string path)
    {
        string? type = postProcessor.GetProperty("type").GetString();
        if (type == "BertProcessing")
        {
            return (postProcessor.GetProperty("cls")[0].GetString()!, postProcessor.GetProperty("sep")[0].GetString()!);
        }

        if (type != "TemplateProcessing")
        {
            throw new NotSupportedException(
                $"{path}: the post_processor is {type}; only TemplateProcessing and BertProcessing are supported.");
        }

        (string Name, int Type)[] pair = ReadItems(postProcessor.GetProperty("pair"));
        (string Name, int Type)[] single = ReadItems(postProcessor.GetProperty("single"));
        if (pair.Length == 5 && single.Length == 3)
        {
            string cls = pair[0].Name;
            string sep = pair[2].Name;
            if (pair.SequenceEqual([(cls, 0), ("$A", 0), (sep, 0), ("$B", 1), (sep, 1)]) && pair.AsSpan(0, 3).SequenceEqual(single))
            {
                return (cls, sep);
            }
        }

        throw new NotSupportedException(
            $"{path}: the template of a pair is '{Print(pair)}' and of a single text '{Print(single)}'; "
            + "only '[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1' and its first three are supported.");
    }

    private static (string Name, int Type)[] ReadItems(JsonElement template) => [.. template.EnumerateArray().Select(item =>
    {
        bool isText = item.TryGetProperty("Sequence", out JsonElement content);
        content = isText ? content : item.GetProperty("SpecialToken");
        return ((isText ? "$" : string.Empty) + content.GetProperty("id").GetString(), content.GetProperty("type_id").GetInt32());
    })];

    private static string Print((string Name, int Type)[] items) => string.Join(' ', items.Select(item => $"{item.Name}:{item.Type}"));
}
