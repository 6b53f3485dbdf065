namespace Resift.Cli;

/// <summary>A question with one document that answers it, among others that have nothing to do with it.</summary>
/// <param name="Query">The question.</param>
/// <param name="Answer">The index of the document that answers it.</param>
/// <param name="Documents">The documents.</param>
internal sealed record GoldenQuery(string Query, int Answer, IReadOnlyList<string> Documents)
{
    /// <summary>Gets the questions, which any reranker should get right.</summary>
    /// <remarks>
    /// The answer stands at another place in each and never at the first, so that neither the order of the input nor its reverse is right.
    /// </remarks>
    public static IReadOnlyList<GoldenQuery> All { get; } =
    [
        new("How long do I have to boil an egg until the yolk is hard?", 2,
        [
            "The ferry to the island leaves every two hours from the old harbour; bicycles travel free of charge.",
            "Annual reports must be filed with the registry within nine months of the end of the financial year.",
            "For a hard yolk, boil the egg for ten minutes, counted from the moment the water bubbles again.",
            "The violin has four strings, which are tuned in perfect fifths.",
        ]),
        new("What is the capital of Australia?", 1,
        [
            "To change a flat tyre, loosen the nuts before you jack up the car.",
            "Canberra is the capital of Australia; it was founded in 1913 as a compromise between Sydney and Melbourne.",
            "Knead the dough for ten minutes and let it rise in a warm place until it has doubled.",
            "The printer accepts paper from 60 to 120 grams per square metre.",
        ]),
        new("How do I reset the password of my account?", 3,
        [
            "Penguins huddle together in winter and take turns at standing on the cold outside.",
            "The museum of glass is closed on Mondays and on public holidays.",
            "Sandstone forms when grains of sand are pressed and cemented together over a very long time.",
            "If you have forgotten your password, choose 'Reset password' on the sign-in page; we then send a link to your e-mail address.",
        ]),
    ];
}

/// <summary>What a reranker made of a golden question.</summary>
internal sealed record GoldenAnswer(GoldenQuery Golden, RerankResponse Response)
{
    /// <summary>Gets the scores by the documents' places in the input.</summary>
    public IReadOnlyList<double> Scores { get; } = [.. Response.Results.OrderBy(result => result.Index).Select(result => result.Score)];

    /// <summary>Gets the scores of the documents that have nothing to do with the question.</summary>
    public IEnumerable<double> OfOthers => Scores.Where((_, index) => index != Golden.Answer);

    public double OfAnswer => Scores[Golden.Answer];
}
