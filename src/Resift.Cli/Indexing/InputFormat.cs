namespace Resift.Cli;

/// <summary>How documents are written in a file.</summary>
internal enum InputFormat
{
    /// <summary>Every line that is not blank is a document.</summary>
    Lines,

    /// <summary>One JSON array of strings or objects.</summary>
    Json,

    /// <summary>A JSON object or string on every line.</summary>
    Jsonl,
}
