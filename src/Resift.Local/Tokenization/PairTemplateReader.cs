using System.Text.Json;
using Resift.Local.Configuration;

namespace Resift.Local.Tokenization;

/// <summary>Reads the <c>post_processor</c> of a <c>tokenizer.json</c>.</summary>
/// <param name="find">Gets the id of a token, or null.</param>
internal sealed class PairTemplateReader(Func<string, int?> find)
{
    private const string Supported = "TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel, Sequence";

    /// <summary>Reads a template; null where the part puts no special tokens around texts.</summary>
    /// <exception cref="InvalidDataException">A part is missing, or a token is not in the vocabulary or has another id there.</exception>
    /// <exception cref="NotSupportedException">It is of an unknown kind, or a template of an unknown shape.</exception>
    public PairTemplate? Read(ConfigObject? part)
    {
        // ByteLevel changes offsets only.
        ConfigObject[] steps = [.. TokenizerSteps.Read(part, "processors").Where(step => step.Text("type") != "ByteLevel")];
        return steps switch
        {
            [] => null,
            [var step] => ReadOne(step),
            _ => throw new NotSupportedException($"{part!.Value.Source} adds special tokens in {steps.Length} steps; one is supported."),
        };
    }

    private PairTemplate ReadOne(ConfigObject step) => step.Text("type") switch
    {
        "BertProcessing" => PairTemplate.Bert(ReadToken(step, "cls"), ReadToken(step, "sep")),
        "RobertaProcessing" => PairTemplate.Roberta(ReadToken(step, "cls"), ReadToken(step, "sep")),
        "TemplateProcessing" => ReadTemplate(step),
        var other => throw TokenizerSteps.Unknown(step, $"the post-processor {other}", Supported),
    };

    private PairTemplate ReadTemplate(ConfigObject step)
    {
        Item[] pair = ReadItems(step, "pair");
        Item[] single = ReadItems(step, "single");
        int a = Array.IndexOf(pair, new Item("A", IsText: true, 0));
        int b = Array.FindIndex(pair, item => item is { Name: "B", IsText: true, Type: 0 or 1 });
        int alone = Array.IndexOf(single, new Item("A", IsText: true, 0));

        // Types may only go up, and only between the texts.
        bool isOneText = alone >= 0 && single.Count(item => item.IsText) == 1 && single.All(item => item.Type == 0);
        bool isTwoTexts = a >= 0 && b > a && pair.Count(item => item.IsText) == 2;
        if (!isOneText || !isTwoTexts || pair[..a].Any(item => item.Type != 0) || pair[b..].Any(item => item.Type != pair[b].Type)
            || !pair[a..b].Select(item => item.Type).SequenceEqual(pair[a..b].Select(item => item.Type).Order())
            || pair[b - 1].Type > pair[b].Type)
        {
            throw new NotSupportedException(
                $"{step.Source}: the template of a text is '{Print(single)}' and that of a pair '{Print(pair)}'; " +
                "supported is each text once, in order, with types that are 0 and from somewhere between the texts on may be 1.");
        }

        Dictionary<string, int> ids = [];
        foreach (Item item in pair.Concat(single).Where(item => !item.IsText))
        {
            ids[item.Name] = Find(step, item.Name);
        }

        ThrowUnlessSame(step, ids);
        return new(Ids(single[..alone]), Ids(single[(alone + 1)..]))
        {
            Before = Ids(pair[..a]),
            Between = Ids(pair[(a + 1)..b]),
            After = Ids(pair[(b + 1)..]),
            FirstTypeBetween = pair[b].Type == 0 ? null : pair[(a + 1)..b].Count(item => item.Type == 0),
        };

        int[] Ids(Item[] items) => [.. items.Select(item => ids[item.Name])];
    }

    private int Find(ConfigObject step, string token) =>
        find(token) ?? throw new InvalidDataException($"{step.Source}: there is no token '{token}', which is put beside texts.");

    /// <summary>Compares with the ids that the template states itself, for where they differ either may be meant.</summary>
    private static void ThrowUnlessSame(ConfigObject step, Dictionary<string, int> ids)
    {
        if (step.ObjectOrNull("special_tokens") is not { } tokens)
        {
            return;
        }

        foreach ((string token, int id) in ids)
        {
            var stated = tokens.ObjectOrNull(token) ?? throw tokens.Missing(token);
            var list = stated.Value("ids") ?? throw stated.Missing("ids");
            if (list.GetRawText().Trim('[', ']', ' ', '\r', '\n', '\t') != $"{id}")
            {
                throw new InvalidDataException($"{stated.Source}: ids must be [{id}], the id of the token in the vocabulary, but is " +
                    $"{ConfigObject.Shown(list)}.");
            }
        }
    }

    /// <summary>Reads a token with its id, as <c>["[CLS]", 101]</c>.</summary>
    private int ReadToken(ConfigObject json, string field)
    {
        if (json.Value(field) is not { } entry)
        {
            throw json.Missing(field);
        }

        if (entry.ValueKind != JsonValueKind.Array || entry.GetArrayLength() != 2 || entry[0].ValueKind != JsonValueKind.String
            || entry[1].ValueKind != JsonValueKind.Number)
        {
            throw json.Wrong(field, "a token and its id", entry);
        }

        string token = entry[0].GetString()!;
        int id = Find(json, token);
        return entry[1].TryGetInt32(out int stated) && stated == id ? id : throw new InvalidDataException(
            $"{json.Source}: {field} is '{token}' with the id {ConfigObject.Shown(entry[1])}, but in the vocabulary it has {id}.");
    }

    private static Item[] ReadItems(ConfigObject json, string field) => [.. json.Objects(field).Select(item =>
    {
        bool isText = item.ObjectOrNull("Sequence") is not null;
        var content = item.ObjectOrNull(isText ? "Sequence" : "SpecialToken") ?? throw item.Missing("SpecialToken");
        return content.Value("type_id") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out int type)
            ? new Item(content.Text("id"), isText, type)
            : throw content.Missing("type_id");
    })];

    private static string Print(Item[] items) =>
        string.Join(' ', items.Select(item => $"{(item.IsText ? "$" : "")}{item.Name}:{item.Type}"));

    /// <summary>A place of the template.</summary>
    /// <param name="Name">The token, or which text.</param>
    /// <param name="IsText">Whether a text stands there.</param>
    /// <param name="Type">The type of its tokens.</param>
    private readonly record struct Item(string Name, bool IsText, int Type);
}
