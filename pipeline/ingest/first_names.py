"""Common first names, in three lists by how surely a word is a name.

Written for this project from general knowledge of names that are frequent in English-speaking countries and among their
immigrant communities; no list of any person was used. No list of names is ever complete.
"""

from __future__ import annotations

_FIRST_NAMES = """
    aaliyah aaron abdul abdullah abigail adam adrian adriana agnes agnieszka ahmad ahmed aidan aisha akira alan alana alastair albert
    alberto alejandra alejandro aleksander aleksandra alessandro alex alexander alexandra alexis alfie alfred alfredo alice alicia alina
    alison alistair allan allison alyssa amanda amar amelia amina amir amit amy ana anastasia andre andrea andreas andrei andres andrew
    andy angela angelica angus anil anita anjali ann anna annabel anne annette annie anthony antoine anton antonio anya archie ariana
    ariel arjun arnold arthur arturo ashley ashok asif astrid audrey austen ava ayesha barbara barney bartholomew beatrice beatriz becky
    belinda benjamin bernadette bernard bertha beth bethany betty beverley beverly bianca boris brad bradley brandon brayden brenda
    brendan brett brian bridget brittany bruce bruno bryan bryce caitlin caleb callum cameron camila camille carla carlos carmen
    caroline carolyn carrie cassandra catherine cathy cecilia cedric celia cesar chad charlene charles charlie chelsey cheryl chloe
    chris christina christine christopher chuck cindy claire clara clarence claudia clayton clive colette colin connie connor conor
    corey courtney craig cristina curtis cynthia damian damien damon daniel daniela danielle danny daphne darlene darnell darren daryl
    dave david dawid debbie deborah debra deepak deirdre delia denis denise dennis derek desmond diana diane diego dimitri dmitri
    dominic dominique donald donna doreen doris dorothy doug douglas duncan dustin dwayne dylan eddie edgar edith edmund eduardo edward
    edwin eileen elaine eleanor elena elias elijah elisabeth eliza elizabeth ella ellen ellie eloise elsa elsie emanuel emilia emilio
    emily emma emmanuel enrique eric erica erik erika erin ernest esmeralda esteban esther ethan ethel eugene eva evan evelyn ewan fabio
    fatima felicity felipe felix fernanda fernando finlay fiona francesca francis francisco franco frankie fred freddie frederick frida
    gabriel gabriela gabriella gareth gary gavin gemma geoff geoffrey george gerald gerard gilbert gillian gina giovanni giulia gladys
    glenn gloria gordon graham greg gregory greta guillermo gustavo gwen hamza hannah harold harriet harrison hassan hector heidi helen
    helena henry herbert herman hilary hiroshi howard hugh hugo hussein ian ibrahim ida ignacio igor ines ingrid irene irina isaac
    isabel isabella isabelle isaiah isla ismail ivan jackie jackson jacob jacqueline jacques jaime jamal james jamie jane janet janice
    jared jasmin jason javier jayden jayne jeff jeffrey jemima jenna jennifer jenny jeremiah jeremy jerome jesse jessica jessie jill jim
    jimmy joan joanna joanne joaquin jocelyn jodie joe joel joey johanna johannes john johnny jonah jonas jonathan jorge jose joseph
    josephine joshua joyce juan juanita judith judy julia julian juliana julie juliet julio justin kaitlyn karen karim karina karl kasia
    kate katherine kathleen kathryn kathy katie katrina kayla keith kelly kelsey kenneth kenny kerry kevin khadija khalid kieran
    kimberly kirsten kirsty krishna kristen kristin kristina krzysztof kyle lakshmi lamar larry latoya laura lauren laurence lawrence
    leah leanne leila leo leon leonard leonardo leroy leslie lewis liam lillian linda lindsay lindsey lionel lisa liz lois lorenzo
    loretta lorna lorraine louis louisa louise luca lucas lucia lucinda lucy luigi luis luisa lukas luke lydia lynn mabel mackenzie
    maddie madeleine maggie mahmoud malcolm malik manuel marcel marcela marcia marco marcos marcus margaret maria mariam marian mariana
    marianne marie marilyn mario marion marisa marjorie marlene martha martin martina mary mateo mathew matt matteo matthew maureen
    maurice megan mehmet melanie melissa meredith mia micah michael michaela micheal michelle miguel mike mikhail mildred mindy miranda
    miriam mitchell mohamed mohammad mohammed moira monica monique moses muhammad muriel mustafa myra nadia nancy naomi natalia natalie
    natasha nathan nathaniel neil nia niall nicholas nicola nicolas nicole nigel nikhil nikita nikolai nina noah noel noor nora norman
    olga oliver olivia omar oscar osman owen pablo pamela patricia patrick patrik paul paula paulina pauline paulo pawel pedro peggy
    percy peter petra phil philip philippa phillip phoebe phyllis pierre piotr pooja preston priscilla priya quentin rachael rachel
    rafael raj rajesh ralph ramon randall randy raphael raquel rashid raul ravi raymond rebecca regina reginald rekha renata rene
    rhiannon rhys ricardo richard ricky rita robert roberta roberto roderick rodney rodrigo roger roland ronald ronnie rory rosa
    rosalind rosanna roxanne roy ruben rubén rudolph rudy rupert russell ruth ryan sabrina sadie salma sam samantha samir samuel sandra
    sanjay santiago sara sarah sasha saul sean sebastian sergei sergio seth shane shannon sharon shaun shauna shawn sheila shelley
    shirley shreya siobhan sofia sofie sonia sophia sophie stacey stacy stan stanley stefan stefania stella stephanie stephen steve
    steven stewart stuart sunil suresh susan susana susanna susie suzanne sven svetlana sylvia tabitha tamara tania tanya tara tariq
    tatiana ted terence teresa terrence tessa thelma theodore theresa thomas tiffany tim timothy tina tobias toby todd tom tomas tommy
    tony tracey tracy travis trevor tricia tristan troy tyler tyrone umar ursula valentina valerie vanessa vera vernon veronica vicki
    vicky victoria vijay vikram vincent vinnie vivian vivien vladimir walter wanda wayne wendy wesley wilfred wilhelm willem william
    winifred winston wojciech xavier yasmin yolanda yosef youssef yusuf yvette yvonne zachary zahra zara zoe zoltan
"""
_WORD_NAMES = """
    abby ali angel archer art ben bill billy bob bobby bonnie buddy carol cass clay cliff cole crystal daisy dale dan dawn dean deb dee
    denny dick don drew earl ed eve faith fay flora forest frank gail gene ginger glen grace grant guy hank harry hazel heather holly
    hope hunter iris ivy jack jade jake jan jasmine jay jean jen jerry jess jo jon jordan josh joy kay ken kim kit lance lee lily lloyd
    lou mack mandy marina mark marshall mason max mel melody mercy mick miles misty molly morgan nat nick norma olive opal pat patience
    patty pearl penny perry piers poppy ray reed rex rich rick rob robin rocky rod ron rose rosemary rosie ross ruby russ rusty sally
    sandy scarlett scott shay shelly skip sky sonny sue sunny tammy tanner tate terry theo tod trish tucker val vic viola violet wade
    wally ward warren wes will willow woody zack zane
"""
_PLACE_NAMES = """
    adelaide april asia aurora austin brooklyn carolina charlotte chelsea cheyenne china dakota dallas denver devon eden florence france
    georgia houston india israel jersey june kent kingston lincoln london lourdes luna madison may melbourne memphis montana orlando
    paris phoenix rio savannah sierra sydney trinity vienna virginia washington
"""

FIRST_NAMES = frozenset(_FIRST_NAMES.split())
"""Words that are names in whatever case they come."""

WORD_NAMES = frozenset(_WORD_NAMES.split())
"""Words that are names only when written with a capital where no capital is due."""

PLACE_NAMES = frozenset(_PLACE_NAMES.split())
"""Words that are places or months as well, taken for names only where somebody is addressed or introduced."""
