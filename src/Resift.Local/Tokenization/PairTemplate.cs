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

        JsonElement template = postProcessor.GetProperty("pair");
        string pair = Print(template);
        string single = Print(postProcessor.GetProperty("single"));
        string cls = NameAt(template, 0);
        string sep = NameAt(template, 2);
        if (single != $"{cls}:0 $A:0 {sep}:0" || pair != $"{single} $B:1 {sep}:1")
        {
            throw new NotSupportedException(
                $"{path}: the template of a text is '{single}' and that of a pair '{pair}'; "
                + "only '[CLS]:0 $A:0 [SEP]:0' and '[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1' are supported.");
        }

        return (cls, sep);
    }

    private static string Print(JsonElement template)
    {
        var items = new List<string>();
        foreach (JsonElement item in template.EnumerateArray())
        {
            bool isText = item.TryGetProperty("Sequence", out JsonElement content);
            content = isText ? content : item.GetProperty("SpecialToken");
            string name = (isText ? "$" : string.Empty) + content.GetProperty("id").GetString();
            items.Add($"{name}:{content.GetProperty("type_id").GetInt32()}");
        }

        return string.Join(' ', items);
    }

    private static string NameAt(JsonElement template, int index) =>
        index < template.GetArrayLength() && template[index].TryGetProperty("SpecialToken", out JsonElement token)
            ? token.GetProperty("id").GetString()!
            : string.Empty;
}
