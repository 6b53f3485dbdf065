namespace Resift.Retrieval.Tests;

public sealed class MetadataFilterTests
{
    private static readonly Dictionary<string, string> _metadata = new()
    {
        ["lang"] = "en",
        ["path"] = "docs/guide/a.md",
        ["year"] = "2020",
        ["date"] = "2023-05-31",
        ["version"] = "-1.5e1",
        ["a=b"] = "x|y*",
        ["empty"] = "",
    };

    [Theory]
    [InlineData("lang=en", true)]
    [InlineData("lang=EN", false)]
    [InlineData("lang=de|en", true)]
    [InlineData("lang=de|fr", false)]
    [InlineData("lang!=de", true)]
    [InlineData("lang!=de|en", false)]
    [InlineData("none=en", false)]
    [InlineData("none!=en", true)]
    [InlineData("none=*", false)]
    [InlineData("empty=", true)]
    [InlineData("lang=", false)]
    [InlineData("path=docs/**", true)]
    [InlineData("path=docs/*", false)]
    [InlineData("path=docs/*/?.md", true)]
    [InlineData("path=docs/guide?a.md", false)]
    [InlineData("path=**/a.md|none", true)]
    [InlineData("path!=**/a.md", false)]
    [InlineData("path=doc", false)]
    [InlineData("path=**a**", true)]
    [InlineData("year>=2020", true)]
    [InlineData("year>2020", false)]
    [InlineData("year<2020.5", true)]
    [InlineData("year<2021-01-01", true)]
    [InlineData("date<2024", true)]
    [InlineData("date<2023-05", false)]
    [InlineData("date>=2023-05-31", true)]
    [InlineData("date<=2023-05-31T00:00:00Z", true)]
    [InlineData("date<2023-05-31T01:00:00+02:00", false)]
    [InlineData("date<5", false)]
    [InlineData("version<-10", true)]
    [InlineData("lang>1", false)]
    [InlineData("lang<1", false)]
    [InlineData("\"a=b\"=\"x|y*\"", true)]
    [InlineData("\"a=b\"=x|y*", false)]
    [InlineData("lang==en", false)]
    [InlineData("lang=\"e\\\"n\"", false)]
    public void Matches_EachCondition_IsWhatItSays(string condition, bool expected)
    {
        var filter = MetadataFilter.Parse(condition);
        Assert.Equal(expected, filter.Matches(_metadata));

        // What it writes means the same.
        Assert.Equal(expected, MetadataFilter.Parse(Assert.Single(filter.Conditions).ToString()).Matches(_metadata));
    }

    [Fact]
    public void Matches_SeveralConditions_MustAllHold()
    {
        Assert.True(MetadataFilter.Parse("year>=2019", "year<2021", "lang=en").Matches(_metadata));
        Assert.False(MetadataFilter.Parse("year>=2019", "year<2020").Matches(_metadata));
        Assert.True(MetadataFilter.Parse().Matches(_metadata));
        MetadataFilter? none = (Dictionary<string, string>?)null;
        Assert.Null(none);
    }

    [Theory]
    [InlineData("?", true)]
    [InlineData("??", false)]
    [InlineData("?*", true)]
    [InlineData("*?", true)]
    [InlineData("*?*?", false)]
    public void Matches_CharacterOfTwoCodeUnits_IsOneForAQuestionMark(string pattern, bool expected)
    {
        var condition = new MetadataCondition("key", MetadataOperator.Like, pattern);
        Assert.Equal(expected, condition.Matches(new Dictionary<string, string> { ["key"] = "😀" }));
        Assert.Equal(expected, condition.Matches(new Dictionary<string, string> { ["key"] = "é" }));
    }

    [Theory]
    [InlineData("", "At the end of '' a key")]
    [InlineData("=en", "from character 1 on, a key")]
    [InlineData("lang", "At the end of 'lang' =, !=,")]
    [InlineData("lang!en", "from character 5 on, =, !=,")]
    [InlineData("\"lang", "from character 1 on, a closing quote")]
    [InlineData("\"la\"ng=en", "from character 5 on, =, !=,")]
    [InlineData("lang=\"en\"x", "from character 10 on, the end or '|'")]
    [InlineData("lang=\"en\"|d*", "from character 6 on, either values in quotes or patterns")]
    [InlineData("year>", "At the end of 'year>' one number")]
    [InlineData("year>soon", "from character 6 on, one number")]
    [InlineData("year>1|2", "from character 6 on, one number")]
    [InlineData("date<2024-13-01", "from character 6 on, one number, or one date")]
    public void Parse_WhatIsNoCondition_SaysWhere(string condition, string message)
    {
        var exception = Assert.Throws<FormatException>(() => MetadataFilter.Parse(condition));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Conditions_MoreThanThereMayBe_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => MetadataFilter.Parse(Enumerable.Repeat("lang=en", 257)));
        Assert.Throws<FormatException>(() => MetadataFilter.Parse($"lang={string.Join('|', Enumerable.Range(0, 1001))}"));
        Assert.Throws<ArgumentException>(() => new MetadataCondition("a", MetadataOperator.Equal));
        Assert.Throws<ArgumentException>(() => new MetadataCondition("a", MetadataOperator.Less, "x"));
    }

    [Fact]
    public void Pattern_OfStarsOnly_EndsSoon()
    {
        var condition = new MetadataCondition("text", MetadataOperator.Like, string.Concat(Enumerable.Repeat("*a", 1000)));
        Assert.False(condition.Matches(new Dictionary<string, string> { ["text"] = new string('a', 2000) + "b" }));
    }
}
