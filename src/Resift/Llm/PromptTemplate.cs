using System.Text;

namespace Resift;

/// <summary>A text with places in braces, such as <c>{query}</c>, that are filled in one go.</summary>
internal sealed class PromptTemplate
{
    private readonly string _text;

    private PromptTemplate(string text) => _text = text;

    /// <summary>Reads a file of the prompts, which are embedded in the assembly.</summary>
    public static PromptTemplate Load(string name) => new(ReadFile(name));

    /// <summary>Reads a file of the prompts as it is, without the line break at its end.</summary>
    public static string ReadFile(string name)
    {
        using var stream = typeof(PromptTemplate).Assembly.GetManifestResourceStream($"Resift.Llm.Prompts.{name}")
            ?? throw new InvalidOperationException($"The prompt '{name}' is not embedded in the assembly, where the build puts it.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        string text = reader.ReadToEnd();
        return text.EndsWith('\n') ? text[..^1] : text;
    }

    /// <summary>Fills the places. What is filled in is not searched for places again, so a text cannot ask for another one.</summary>
    public string Fill(params ReadOnlySpan<(string Name, string Value)> values)
    {
        var filled = new StringBuilder();
        int done = 0;
        for (int open = _text.IndexOf('{'); open >= 0; open = _text.IndexOf('{', open + 1))
        {
            int close = _text.IndexOf('}', open);
            foreach (var (name, value) in values)
            {
                if (close > open && _text.AsSpan(open + 1, close - open - 1).SequenceEqual(name))
                {
                    filled.Append(_text, done, open - done).Append(value);
                    done = close + 1;
                    break;
                }
            }
        }

        return filled.Append(_text, done, _text.Length - done).ToString();
    }
}
