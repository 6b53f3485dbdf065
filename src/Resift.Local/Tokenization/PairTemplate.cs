using System.Text.Json;
using Resift.Local.Configuration;

namespace Resift.Local.Tokenization;

/// <summary>Reads which special tokens a <c>tokenizer.json</c> puts around texts, and makes sure that it does so as BERT does.</summary>
internal static class PairTemplate
{
    /// <summary>Gets the first and the separating token.</summary>
    /// <exception cref="InvalidDataException">A part of the template is missing or of the wrong kind.</exception>
    /// <exception cref="NotSupportedException">A pair is not <c>[CLS] A [SEP] B [SEP]</c> with the types 0 0 0 1 1.</exception>
    public static (string Cls, string Sep) Read(ConfigObject postProcessor)
    {
        string type = postProcessor.Text("type");
        if (type == "BertProcessing")
        {
            return (NameIn(postProcessor, "cls"), NameIn(postProcessor, "sep"));
        }

        if (type != "TemplateProcessing")
        {
            throw new NotSupportedException(
                $"{postProcessor.Source} is {type}; only TemplateProcessing and BertProcessing are supported.");
        }

        var pair = Items(postProcessor, "pair");
        string shown = Print(pair);
        string single = Print(Items(postProcessor, "single"));
        string cls = NameAt(pair, 0);
        string sep = NameAt(pair, 2);
        if (single != $"{cls}:0 $A:0 {sep}:0" || shown != $"{single} $B:1 {sep}:1")
        {
            throw new NotSupportedException(
                $"{postProcessor.Source}: the template of a text is '{single}' and that of a pair '{shown}'; "
                + "only '[CLS]:0 $A:0 [SEP]:0' and '[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1' are supported.");
        }

        return (cls, sep);
    }

    /// <summary>Reads a token with its id, as <c>["[CLS]", 101]</c>.</summary>
    private static string NameIn(ConfigObject json, string field) => json.Value(field) switch
    {
        { ValueKind: JsonValueKind.Array } entry when entry.GetArrayLength() == 2 && entry[0].ValueKind == JsonValueKind.String =>
            entry[0].GetString()!,
        { } other => throw json.Wrong(field, "a token and its id", other),
        null => throw json.Missing(field),
    };

    private static List<Item> Items(ConfigObject json, string field) => [.. json.Objects(field).Select(item =>
    {
        bool isText = item.ObjectOrNull("Sequence") is not null;
        var content = item.ObjectOrNull(isText ? "Sequence" : "SpecialToken") ?? throw item.Missing("SpecialToken");
        return content.Value("type_id") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out int type)
            ? new Item(content.Text("id"), isText, type)
            : throw content.Missing("type_id");
    })];

    private static string Print(List<Item> items) =>
        string.Join(' ', items.Select(item => $"{(item.IsText ? "$" : "")}{item.Name}:{item.Type}"));

    private static string NameAt(List<Item> items, int index) => index < items.Count && !items[index].IsText ? items[index].Name : "";

    /// <summary>A place of the template.</summary>
    /// <param name="Name">The token, or which text.</param>
    /// <param name="IsText">Whether a text stands there.</param>
    /// <param name="Type">The type of its tokens.</param>
    private readonly record struct Item(string Name, bool IsText, int Type);
}
