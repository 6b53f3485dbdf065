namespace Resift.Local.Tokenization;

/// <summary>
/// How a pair is put to a language model: as the question of a chat, whose answer is one of two words. The texts are those that the model
/// was trained with, byte by byte; other ones give other scores.
/// </summary>
internal sealed record ChatTemplate
{
    /// <summary>Gets the template of Qwen3-Reranker, as its model card has it.</summary>
    public static ChatTemplate Qwen3 { get; } = new()
    {
        Start = "<|im_start|>system\nJudge whether the Document meets the requirements based on the Query and the Instruct provided. " +
            "Note that the answer can only be \"yes\" or \"no\".<|im_end|>\n<|im_start|>user\n",
        BeforeQuery = instruction => $"<Instruct>: {instruction}\n<Query>: ",
        AfterQuery = "\n<Document>:",
        JoinsQuery = true,
        End = "<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n",
        Instruction = "Given a web search query, retrieve relevant passages that answer the query",
        Yes = "yes",
        No = "no",
    };

    /// <summary>Gets the template of mxbai-rerank-v2, as its package has it, where each part is encoded by itself.</summary>
    public static ChatTemplate Qwen2 { get; } = new()
    {
        Start = "<|im_start|>system\nYou are Qwen, created by Alibaba Cloud. You are a helpful assistant.<|im_end|>\n<|im_start|>user\n",
        BeforeQuery = instruction => instruction.Length == 0 ? "query: " : $"instruction: {instruction}\nquery: ",
        AfterQuery = "\ndocument:",
        JoinsQuery = false,
        End = "\nYou are a search relevance expert who evaluates how well documents match search queries. For each query-document pair, " +
            "carefully analyze the semantic relationship between them, then provide your binary relevance judgment (0 for not relevant, " +
            "1 for relevant).\nRelevance:<|im_end|>\n<|im_start|>assistant\n",
        Instruction = "",
        Yes = "1",
        No = "0",
    };

    /// <summary>Gets the template of monoT5 (Nogueira et al. 2020).</summary>
    public static ChatTemplate MonoT5 { get; } = new()
    {
        ControlTokens = ["</s>"],
        Start = "",
        BeforeQuery = _ => "Query: ",
        AfterQuery = " Document:",
        JoinsQuery = true,
        End = " Relevant:</s>",
        Instruction = null,
        Yes = "true",
        No = "false",
    };

    /// <summary>Gets the template of rerankers that are made from a language model with decoder; null where none is known.</summary>
    /// <param name="modelType">The <c>model_type</c> of the configuration.</param>
    public static ChatTemplate? OfDecoder(string modelType) => modelType switch
    {
        "qwen2" => Qwen2,
        "qwen3" => Qwen3,
        _ => null,
    };

    /// <summary>Gets the control tokens that the tokenizer must have.</summary>
    public IReadOnlyList<string> ControlTokens { get; init; } = ["<|im_start|>", "<|im_end|>"];

    /// <summary>Gets what begins the chat, control tokens included.</summary>
    public required string Start { get; init; }

    /// <summary>Gets what stands before the query, with an instruction.</summary>
    public required Func<string, string> BeforeQuery { get; init; }

    /// <summary>Gets what stands behind the query. The document follows behind a space.</summary>
    public required string AfterQuery { get; init; }

    /// <summary>Gets a value indicating whether the query and what stands behind it are encoded as one: tokens may span both.</summary>
    public required bool JoinsQuery { get; init; }

    /// <summary>Gets what stands behind the document, up to where the answer begins, control tokens included.</summary>
    public required string End { get; init; }

    /// <summary>Gets the instruction where a call has none; empty for none, and null where the model follows no instructions.</summary>
    public required string? Instruction { get; init; }

    /// <summary>Gets the answer for a relevant document.</summary>
    public required string Yes { get; init; }

    /// <summary>Gets the answer for any other.</summary>
    public required string No { get; init; }
}
